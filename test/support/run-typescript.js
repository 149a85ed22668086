/**
 * Lets a child process of a test run TypeScript as jest does: `node --require test/support/run-typescript.js x.ts`. It does not
 * prove that the compiled output runs; the scenarios do.
 */
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { transformSync } = require('@swc/core');

Module._extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    filename,
    swcrc: false,
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    // `import()` stays as it is: the host loads applications with it, by URL.
    module: { type: 'commonjs', ignoreDynamic: true },
  });
  module._compile(code, filename);
};
