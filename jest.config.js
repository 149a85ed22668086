const { tmpdir } = require('node:os');
const { join } = require('node:path');

// Scenarios start many processes of the same code: each compiles only what none before it did.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'causeway-compile-cache');

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // Run by npm run test:azure-adapters, and by npm run test:faults: servers that are killed, again and again, take minutes.
  testPathIgnorePatterns: ['/node_modules/', '/test/azure-adapters/', '/test/postgres/faults/'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
    '/node_modules/(jose|temporal-[a-z]+)/.+\\.js$': [
      '@swc/jest',
      { jsc: { target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  // Published as ECMAScript modules alone, which Jest's own require does not load.
  transformIgnorePatterns: ['/node_modules/(?!(jose|temporal-[a-z]+)/)'],
  // Only ends what hangs, however slow the machine is: it measures nothing.
  testTimeout: 600_000,
  reporters: ['default', '<rootDir>/test/support/requirements-reporter.js'],
  // Two more than the smallest machine has cores: scenarios and databases wait more than they work.
  maxWorkers: 4,
};
