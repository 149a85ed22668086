const requirements = require('../requirements.json');

/**
 * Fails a run of the whole suite in which a test that proves a requirement (test/requirements.json) did not pass: it was renamed,
 * removed, skipped or left out. Runs of a part of the suite say nothing about the rest and are not judged.
 */
module.exports = class RequirementsReporter {
  constructor(globalConfig) {
    const { testPathPatterns, testNamePattern, onlyChanged, findRelatedTests, runTestsByPath, shard } =
      globalConfig;
    const patterns = testPathPatterns?.patterns ?? [];
    this.whole = !(
      patterns.length ||
      testNamePattern ||
      onlyChanged ||
      findRelatedTests ||
      runTestsByPath ||
      shard
    );
  }

  onRunComplete(_contexts, results) {
    if (!this.whole) return;
    const passed = new Set(
      results.testResults
        .flatMap((file) => file.testResults)
        .filter((test) => test.status === 'passed')
        .map((test) => test.fullName),
    );
    const missing = Object.entries(requirements).flatMap(([requirement, { tests, refusal }]) =>
      [...tests, refusal].filter((title) => !passed.has(title)).map((title) => `${requirement}: ${title}`),
    );
    if (missing.length === 0) return;
    this.error = new Error(`requirements without a passed proof:\n  ${missing.join('\n  ')}`);
    process.stderr.write(`\n${this.error.message}\n`);
  }

  getLastError() {
    return this.error;
  }
};
