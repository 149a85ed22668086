/**
 * Plans a portfolio from nothing, then again after one edit, in a process of its own over the compiled application. Takes the file
 * of the portfolio as JSON, prints its figures as JSON.
 */
const { readFileSync } = require('node:fs');
const path = require('node:path');

const compiled = (file) => require(path.join(__dirname, '../../../dist/shared', file));
const { makePlan } = compiled('domain/planning/make-plan');
const { PlanSettings } = compiled('contracts/planning/settings');

/** Of this process alone: what the kernel counts for children begins with their parent's. */
const rssMib = () => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1_024;

const seconds = (work) => {
  const began = performance.now();
  const result = work();
  return { result, seconds: (performance.now() - began) / 1_000 };
};

const portfolio = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const settings = PlanSettings.parse({
  earliestStart: '2027-01-04T00:00:00Z',
  paths: [{ kind: 'express-route', state: 'provisioned', megabitsPerSecond: 10_000, isMeasured: true }],
  // Saturday nights of three years have no room for more.
  capacity: { teams: 100, concurrentCutovers: 20 },
  daysBetweenWaves: 0,
});
const request = { portfolio, portfolioHash: '0'.repeat(64), settings, edits: [], previous: null };

const first = seconds(() => makePlan(request));
const { waves, problems } = first.result;
const workloadId = waves[Math.floor(waves.length / 2)].workloadIds[0];
const edits = [{ kind: 'pin', workloadId, wave: waves.length - 1, reason: 'asked for' }];
const again = seconds(() => makePlan({ ...request, edits, previous: first.result }));

process.stdout.write(
  JSON.stringify({
    planSeconds: first.seconds,
    replanSeconds: again.seconds,
    waves: waves.length,
    undated: waves.filter(({ dates }) => dates === null).length,
    errors: problems.filter(({ severity }) => severity === 'error').length,
    moved: again.result.waves.filter(
      ({ workloadIds }, at) => String(workloadIds) !== String(waves[at]?.workloadIds),
    ).length,
    rssMib: rssMib(),
  }),
);
