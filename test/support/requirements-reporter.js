const { resolve } = require('node:path');
const requirements = require('../requirements.json');

/** Of the compiled demo, which those tests start their servers with. */
const START_POSTGRES = resolve(__dirname, '../../dist/clients/demo/postgres/start-postgres.js');
const binariesOf = (major) => require(START_POSTGRES).binariesOf(major) !== null;

/**
 * Fails a run of the whole suite in which a test that proves a requirement (test/requirements.json) did not pass: it was renamed,
 * removed, skipped or left out. Runs of a part of the suite say nothing about the rest and are not judged. A proof is the full title of
 * a test or, where it needs servers, `{ title, postgres: [majors] }`: where this platform has no binaries of one of them, it is said to
 * be unproved here.
 */
module.exports = class RequirementsReporter {
  constructor(globalConfig, { hasPostgres = binariesOf } = {}) {
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
    this.hasPostgres = hasPostgres;
  }

  onRunComplete(_contexts, results) {
    if (!this.whole) return;
    const passed = new Set(
      results.testResults
        .flatMap((file) => file.testResults)
        .filter((test) => test.status === 'passed')
        .map((test) => test.fullName),
    );
    const unproved = Object.entries(requirements).flatMap(([requirement, { tests, refusal }]) =>
      [...tests, refusal]
        .map((proof) => (typeof proof === 'string' ? { title: proof, postgres: [] } : proof))
        .filter(({ title }) => !passed.has(title))
        .map(({ title, postgres }) => ({
          line: `${requirement}: ${title}`,
          possible: postgres.every(this.hasPostgres),
        })),
    );
    const told = (possible) =>
      unproved.filter((each) => each.possible === possible).map(({ line }) => `\n  ${line}`);
    const [missing, impossible] = [told(true), told(false)];
    if (impossible.length > 0)
      process.stderr.write(
        `\nunproved here, for want of PostgreSQL's binaries for this platform:${impossible.join('')}\n`,
      );
    if (missing.length === 0) return;
    this.error = new Error(`requirements without a passed proof:${missing.join('')}`);
    process.stderr.write(`\n${this.error.message}\n`);
  }

  getLastError() {
    return this.error;
  }
};
