const base = require('./jest.config.js');

// Whole migrations over the real SDKs of Azure and stand-ins of its services: npm run test:azure-adapters.
/** @type {import('jest').Config} */
module.exports = {
  ...base,
  testPathIgnorePatterns: ['/node_modules/'],
  testMatch: ['**/test/azure-adapters/**/*.test.ts'],
  reporters: ['default'],
  maxWorkers: 1,
};
