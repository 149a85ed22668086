const tseslint = require('typescript-eslint');
const determinism = require('../../../eslint-rules/determinism');

/** The determinism rules alone: without types a whole tree takes a second. That `eslint.config.js` has them too is a test's business. */
module.exports = [
  {
    files: ['**/*.ts'],
    languageOptions: { parser: tseslint.parser },
    linterOptions: { reportUnusedDisableDirectives: 'off' },
  },
  ...determinism,
];
