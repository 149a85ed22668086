const base = require('./jest.config.js');

// The same proof as in `npm test`, many times over. FAULT_RUNS, FAULT_KILLS (of each run) and FAULT_SEED change it.
process.env.FAULT_RUNS ??= '50';

/** @type {import('jest').Config} */
module.exports = { ...base, testMatch: ['**/test/faults/killed-wave.test.ts'], maxWorkers: 1 };
