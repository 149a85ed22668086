const base = require('./jest.config.js');

// The same proof as in `npm test`, many times over. FAULT_RUNS, FAULT_KILLS (of each run) and FAULT_SEED change it.
process.env.FAULT_RUNS ??= '50';

/** @type {import('jest').Config} */
module.exports = {
  ...base,
  testPathIgnorePatterns: ['/node_modules/'],
  testMatch: ['**/test/faults/killed-wave.test.ts', '**/test/postgres/faults/*.test.ts'],
  maxWorkers: 1,
};
