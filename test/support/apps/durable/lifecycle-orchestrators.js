const { readFileSync } = require('node:fs');
const df = require('durable-functions');
const { orchestrator, later, caught } = require('./orchestrator');

// Continue-as-new
orchestrator('CountsTo2', function* (d, { n }) {
  yield d.callActivity('Return', n);
  if (n === 2) return n;
  d.continueAsNew({ n: n + 1 });
});
orchestrator('ContinuesWith', function* (d, input) {
  if (input?.first === undefined) return { got: input, type: typeof input };
  d.continueAsNew(input.first === 'nothing' ? undefined : input.first);
});
orchestrator('ContinuesAfterLoser', function* (d, { n }) {
  if (n === 0) {
    yield d.Task.any([d.callActivity('Pause', { ms: 600 }), d.callActivity('Return', 1)]);
    d.continueAsNew({ n: 1 });
    return;
  }
  const timer = later(d, 300);
  const event = d.waitForExternalEvent('E');
  if ((yield d.Task.any([timer, event])) !== event) return 'dropped';
  timer.cancel();
  return { carried: event.result };
});
orchestrator('ContinuesOnEvent', function* (d, { n }) {
  if (n === 0) {
    yield d.waitForExternalEvent('First');
    d.continueAsNew({ n: 1 });
    return;
  }
  const timer = later(d, 300);
  const event = d.waitForExternalEvent('Second');
  if ((yield d.Task.any([timer, event])) !== event) return 'dropped';
  timer.cancel();
  return { carried: event.result };
});
orchestrator('ContinuesWithStatus', function* (d, { n }) {
  if (n === 1) {
    yield d.callActivity('Return', 1);
    return 'second';
  }
  d.setCustomStatus('first');
  d.continueAsNew({ n: 1 });
  return 'ignored';
});
/** The consumed event reaches the next generation again: nothing was awaited after the timer was cancelled. */
orchestrator('ContinuesAtOnce', function* (d, { n }) {
  const timer = later(d, n === 0 ? 60_000 : 300);
  const event = d.waitForExternalEvent('Go');
  const winner = yield d.Task.any([timer, event]);
  if (winner !== event) return `timer in generation ${n}`;
  timer.cancel();
  if (n === 1) return `again ${event.result}`;
  d.continueAsNew({ n: n + 1 });
});

// Status, failures, limits
orchestrator('SetsStatus', function* (d, { value, length, thenThrows }) {
  d.setCustomStatus(length === undefined ? { first: true } : 'x'.repeat(length));
  yield d.callActivity('Return', 1);
  if (thenThrows) throw new Error('after status');
  if (length === undefined) d.setCustomStatus(value);
  return 'ok';
});
orchestrator('Throws', function* (_d, { what }) {
  throw {
    error: new Error('orch boom'),
    typed: new TypeError('typed'),
    empty: new Error(''),
    text: 'text',
    object: { a: 1 },
  }[what];
});
orchestrator('Returns', function* (_d, { value, bytes }) {
  return bytes === undefined ? value : 'x'.repeat(bytes - 2);
});
orchestrator('BigActivity', function* (d, { bytes }) {
  const outcome = yield* caught(d.callActivity('Big', { bytes }));
  return outcome.message ?? outcome.value.length;
});
orchestrator('BigInput', function* (d, { bytes }) {
  yield d.callActivity('Return', 'x'.repeat(bytes));
});
orchestrator('HasTimestamp', function* (_d, input) {
  return Object.prototype.toString.call(input.Timestamp);
});
orchestrator('WorksAfterEvent', function* (d) {
  yield d.waitForExternalEvent('Go');
  return yield d.callActivity('Return', 'x');
});

// Code that a test changes between two replays
const steps = {
  A: (d) => d.callActivity('Return', 'A'),
  B: (d) => d.callActivity('Describe', 'B'),
  S: (d) => d.callSubOrchestrator('InputOf', {}),
  T: (d) => later(d, 50),
};
orchestrator('ChangesLate', function* (d, { times }) {
  const version = readFileSync(process.env.VERSION_FILE, 'utf8').trim();
  for (let n = 0; n < times; n++) yield steps[version](d);
  yield d.waitForExternalEvent('Go');
  yield d.waitForExternalEvent('More');
  return version;
});
orchestrator('Changing', function* (d) {
  const version = readFileSync(process.env.VERSION_FILE, 'utf8').trim();
  if (version === 'R') return 'early';
  for (const step of version === 'N' ? '' : version) yield steps[step](d);
  yield d.waitForExternalEvent('Go');
  if (version === 'N+') yield d.waitForExternalEvent('More');
  return version;
});

orchestrator('Marks', function* (d, { file }) {
  const first = yield d.callActivity('Mark', { file, text: 'first' });
  return [first, yield d.callActivity('Mark', { file, text: 'second', ms: 1000 })];
});

/** Carries out a program that a test made up; what it returns does not depend on time or on interruptions. */
orchestrator('Program', function* (d, { steps, rounds, done = [] }) {
  const task = (step) => {
    switch (step.op) {
      case 'activity':
        return d.callActivity('Pause', { ms: step.ms, value: step.value });
      case 'retried':
        return d.callActivityWithRetry('FailAtFirst', new df.RetryOptions(5, 50), {
          key: `${d.instanceId} ${done.length} ${step.key}`,
          times: step.times,
        });
      case 'sleep':
        return later(d, step.ms);
      case 'child':
        return d.callSubOrchestrator('Program', step.program);
    }
  };
  const valueOf = (step, result) => (step.op === 'retried' ? 'retried' : (result ?? null));
  const results = [];
  for (const step of steps) {
    if (step.op === 'all') {
      const parts = yield d.Task.all(step.of.map(task));
      results.push(parts.map((part, n) => valueOf(step.of[n], part)));
    } else if (step.op === 'race') {
      const timer = later(d, 86_400_000);
      const work = task(step.work);
      yield d.Task.any([timer, work]);
      timer.cancel();
      results.push(valueOf(step.work, work.result));
    } else if (step.op === 'caught') {
      results.push((yield* caught(d.callActivity('Throw', { message: 'x' }))).name);
    } else {
      results.push(valueOf(step, yield task(step)));
    }
  }
  if (rounds > 1) d.continueAsNew({ steps, rounds: rounds - 1, done: [...done, results] });
  else return [...done, results];
});
