const { builtinRules } = require('eslint/use-at-your-own-risk');
const { defineConfig, globalIgnores } = require('eslint/config');
const tseslint = require('typescript-eslint');
const determinism = require('./eslint-rules/determinism');

/** ESLint's own recommended set, read from ESLint itself: the package that lists it is one more version to pin. */
const recommended = Object.fromEntries(
  [...builtinRules].filter(([, rule]) => rule.meta.docs?.recommended).map(([name]) => [name, 'error']),
);

const nodeGlobals = Object.fromEntries(
  [...Object.getOwnPropertyNames(globalThis), '__dirname'].map((name) => [name, 'readonly']),
);

const causeway = {
  rules: {
    'disable-needs-reason': require('./eslint-rules/disable-needs-reason'),
    'file-name': require('./eslint-rules/file-name'),
  },
};

module.exports = defineConfig(
  globalIgnores(['**/node_modules/', 'dist/', 'data/', 'coverage/']),
  {
    plugins: { causeway },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      ...recommended,
      'causeway/disable-needs-reason': 'error',
      'causeway/file-name': 'error',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'] }],
      // Schemas refuse control characters in names that cross a boundary, by naming them.
      'no-control-regex': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'prefer-const': 'error',
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: __dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // An error that was caught and kept may be thrown again, whatever it was.
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/return-await': 'error',
      // Ports are asynchronous; an adapter over synchronous SQLite still rejects rather than throws.
      '@typescript-eslint/require-await': 'off',
      // A `default` is somebody's decision about the variants to come; its absence must be one, too.
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  ...determinism,
  { files: ['host/main.ts', 'clients/**', 'scripts/**'], rules: { 'no-console': 'off' } },
  {
    files: ['test/**/*.ts'],
    rules: {
      // Tests read JSON that other programs wrote; the assertion is the check.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-restricted-properties': [
        'error',
        ...['describe', 'it', 'test'].flatMap((object) =>
          ['only', 'todo'].map((property) => ({
            object,
            property,
            message: 'It would hide the other tests.',
          })),
        ),
      ],
    },
  },
  // An orchestration made for a test may have nothing to yield.
  { files: ['test/**'], rules: { 'require-yield': 'off' } },
  {
    files: ['**/*.js'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      sourceType: 'commonjs',
      globals: nodeGlobals,
    },
  },
);
