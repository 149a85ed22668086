const df = require('durable-functions');
const { world, textOfFailure } = require('./world');

/** Interprets programs (../program.ts). Every key it makes up is unique: of what is found twice, one is too many. */
const ledger = (key) => new df.EntityId('Ledger', key);
const later = (d, ms) => d.createTimer(new Date(d.currentUtcDateTime.getTime() + ms));
const work = ({ n, fails }, key) => ({ key, n, fails });

const taskOf = (d, step, here) => {
  const key = `${here}#${step.n}`;
  switch (step.op) {
    case 'activity':
      return step.attempts > 1
        ? d.callActivityWithRetry('Work', new df.RetryOptions(step.pauseMs, step.attempts), work(step, key))
        : d.callActivity('Work', work(step, key));
    case 'child': {
      const input = { program: step.program, path: key };
      const id = step.hasId ? key.replaceAll('#', '_') : undefined;
      return step.attempts > 1
        ? d.callSubOrchestratorWithRetry('Program', new df.RetryOptions(1_000, step.attempts), input, id)
        : d.callSubOrchestrator('Program', input, id);
    }
    case 'timer':
      return later(d, step.ms);
    case 'event':
      return d.waitForExternalEvent(key);
    case 'call':
      return d.callEntity(ledger(step.ledger), 'add', key);
  }
};
const valueOf = (step, value) => (step.op === 'timer' ? 'fired' : value);

const runTask = function* (d, step, here) {
  const begun = d.currentUtcDateTime.getTime();
  const value = valueOf(step, yield taskOf(d, step, here));
  return step.op === 'timer' && d.currentUtcDateTime.getTime() - begun < step.ms ? 'early' : value;
};
const runAll = function* (d, { of }, here) {
  const values = yield d.Task.all(of.map((task) => taskOf(d, task, here)));
  return of.map((task, index) => valueOf(task, values[index]));
};
const winnerOf = (tasks, steps, winner) => {
  if (winner.isFaulted) throw winner.result;
  const any = tasks.indexOf(winner);
  return { any, value: valueOf(steps[any], winner.result) };
};
const runAny = function* (d, { of }, here) {
  const tasks = of.map((task) => taskOf(d, task, here));
  return winnerOf(tasks, of, yield d.Task.any(tasks));
};
const runRace = function* (d, { work: step, ms, late }, here) {
  const timer = later(d, ms);
  const task = taskOf(d, step, here);
  const winner = yield d.Task.any([task, timer]);
  if (winner === timer) return { late: yield* runAllSteps(d, late, here) };
  timer.cancel();
  return winnerOf([task], [step], winner);
};
/** How often the last ledger was told, if nobody came between. */
const runLocked = function* (d, { ledgers, n }, here) {
  const key = `${here}#${n}`;
  const [first, last] = [ledger(ledgers[0]), ledger(ledgers.at(-1))];
  const lock = yield d.lock(ledgers.map(ledger));
  const before = yield d.callEntity(first, 'size');
  yield d.callActivity('Work', { key, n, fails: 'never' });
  const after = yield d.callEntity(first, 'size');
  const added = yield d.callEntity(last, 'add', key);
  lock.release();
  return before === after ? added : 'disturbed';
};
const runTried = function* (d, { steps }, here) {
  try {
    return { tried: yield* runAllSteps(d, steps, here) };
  } catch (error) {
    return { caught: error.message.match(/boom\([^)]*\)/)?.[0] ?? error.message };
  }
};

const runStep = function* (d, step, here) {
  const key = `${here}#${step.n}`;
  switch (step.op) {
    case 'all':
      return yield* runAll(d, step, here);
    case 'any':
      return yield* runAny(d, step, here);
    case 'race':
      return yield* runRace(d, step, here);
    case 'locked':
      return yield* runLocked(d, step, here);
    case 'try':
      return yield* runTried(d, step, here);
    case 'signal':
      if (step.via === undefined) d.signalEntity(ledger(step.ledger), 'add', key);
      else d.signalEntity(ledger(step.via), 'pass', { to: step.ledger, key });
      return null;
    case 'status':
      d.setCustomStatus(key);
      return null;
    case 'throw':
      throw new Error(textOfFailure(key));
    default:
      return yield* runTask(d, step, here);
  }
};
const runAllSteps = function* (d, steps, here) {
  const results = [];
  for (const step of steps) results.push(yield* runStep(d, step, here));
  return results;
};

df.app.orchestration('Program', function* ({ df: d }) {
  const { program, path, round = 1, done = [] } = d.getInput();
  const results = [...done, yield* runAllSteps(d, program.steps, `${path}.${round}`)];
  if (round < program.rounds) d.continueAsNew({ program, path, round: round + 1, done: results });
  return results;
});
df.app.activity('Work', { handler: (input) => world.work(input) });

/** Counts how often it was told each key. */
df.app.entity('Ledger', ({ df: e }) => {
  const counts = e.getState(() => ({}));
  const input = e.getInput();
  if (e.operationName === 'size')
    return e.return(Object.values(counts).reduce((sum, count) => sum + count, 0));
  if (e.operationName === 'pass') return e.signalEntity(ledger(input.to), 'add', input.key);
  e.setState({ ...counts, [input]: (counts[input] ?? 0) + 1 });
  e.return((counts[input] ?? 0) + 1);
});
