const df = require('durable-functions');
const { orchestrator, later, caught } = require('./orchestrator');

// Activities
orchestrator('Sequence', function* (d) {
  const first = yield d.callActivity('Return', 'a');
  return yield d.callActivity('Return', { v: first });
});
orchestrator('FanOut', function* (d) {
  return yield d.Task.all([1, 2, 3].map((n) => d.callActivity('Return', n)));
});
orchestrator('Hello5', function* (d, { tag }) {
  const greetings = [];
  for (let n = 0; n < 5; n++) greetings.push(yield d.callActivity('Return', `${tag}-${n}`));
  return greetings;
});
orchestrator('OtherCase', function* (d) {
  return yield d.callActivity('rETURN', 'x');
});
orchestrator('Inputs', function* (d) {
  const values = {
    ...{ true: true, false: false, null: null, undefined: undefined, integer: 7, float: 1.5, text: 'hi' },
    ...{ numeric: '12', json: '{"a":1}', empty: '', array: [1, 'a', null], object: { a: 1 } },
    ...{ date: new Date(0), dateText: '2020-01-02T03:04:05Z', trueText: 'true' },
  };
  const seen = {};
  for (const [name, value] of Object.entries(values)) seen[name] = yield d.callActivity('Describe', value);
  return seen;
});
orchestrator('Outputs', function* (d, kinds) {
  const seen = {};
  for (const kind of kinds) seen[kind] = yield d.callActivity('Evaluate', { kind });
  return seen;
});
orchestrator('ActivityThrows', function* (d, { message }) {
  return yield* caught(d.callActivity('Throw', { message }));
});
orchestrator('ActivityThrowsText', function* (d) {
  return yield* caught(d.callActivity('ThrowText', {}));
});
orchestrator('ActivityThrowsUncaught', function* (d) {
  yield d.callActivity('Throw', { message: 'boom' });
});
orchestrator('UnknownActivity', function* (d) {
  return yield* caught(d.callActivity('Nowhere', 1));
});
orchestrator('NeverYielded', function* (d) {
  d.callActivity('Return', 'unused');
  return 'x';
});
orchestrator('YieldsNumber', function* () {
  yield 5;
});

// Retries
orchestrator('Retries', function* (d, { times, attempts, intervalMs }) {
  const options = new df.RetryOptions(intervalMs ?? 50, attempts);
  return yield* caught(d.callActivityWithRetry('FailAtFirst', options, { key: d.instanceId, times }));
});
orchestrator('RetryLeftBehind', function* (d) {
  const retried = d.callActivityWithRetry('FailAtFirst', new df.RetryOptions(50, 3), {
    key: d.instanceId,
    times: 2,
  });
  yield d.Task.any([retried, d.callActivity('Return', 1)]);
  return 'left';
});
orchestrator('RetryTimeout', function* (d) {
  const options = new df.RetryOptions(50, 10);
  options.retryTimeoutInMilliseconds = 60;
  return yield* caught(d.callActivityWithRetry('FailAtFirst', options, { key: d.instanceId, times: 99 }));
});

// Compounds
orchestrator('AnyLoserHolds', function* (d) {
  const slow = d.callActivity('Pause', { ms: 300 });
  const quick = d.callActivity('Return', 1);
  return (yield d.Task.any([slow, quick])) === quick;
});
orchestrator('AnyFailed', function* (d) {
  const failing = d.callActivity('Throw', { message: 'x' });
  const winner = yield d.Task.any([failing, d.callActivity('Pause', { ms: 200 })]);
  return { won: winner === failing, isFaulted: winner.isFaulted };
});
orchestrator('LoserYielded', function* (d) {
  const slow = d.callActivity('Pause', { ms: 200, value: 'slow' });
  yield d.Task.any([slow, d.callActivity('Return', 1)]);
  return yield slow;
});
orchestrator('AllFailsThenGoesOn', function* (d) {
  const tasks = [d.callActivity('Throw', { message: 'f' }), d.callActivity('Pause', { ms: 300, value: 1 })];
  const outcome = yield* caught(d.Task.all(tasks));
  return [outcome.message !== undefined, yield d.callActivity('Return', 'x')];
});
const failsOnce = (d, pauseMs, ms) =>
  d.callActivityWithRetry('FailAtFirst', new df.RetryOptions(pauseMs, 3), {
    key: d.instanceId,
    times: 1,
    ms,
  });
orchestrator('AllFailsBesideRetry', function* (d) {
  yield* caught(d.Task.all([d.callActivity('Throw', { message: 'f' }), failsOnce(d, 50, 0)]));
  return yield d.callActivity('Return', 'x');
});
orchestrator('AllFailsRetryAwaited', function* (d) {
  const retried = failsOnce(d, 50, 0);
  yield* caught(d.Task.all([d.callActivity('Throw', { message: 'f' }), retried]));
  return [yield retried, yield d.callActivity('Return', 'x')];
});
orchestrator('AllFailsBesideLongTimer', function* (d, { ms }) {
  yield* caught(d.Task.all([d.callActivity('Throw', { message: 'f' }), later(d, ms)]));
  return yield d.callSubOrchestrator('Child', {});
});
/** Ids of a pause and of a timer: the history says the same of both. */
orchestrator('LoserYieldedBesideRetry', function* (d) {
  const slow = d.callActivity('Pause', { ms: 600 });
  yield d.Task.any([slow, failsOnce(d, 60_000, 200), d.callActivity('Return', 1)]);
  yield slow;
  yield later(d, 1);
  return 'x';
});
orchestrator('TaskTwice', function* (d) {
  const slow = d.callActivity('Pause', { ms: 200 });
  yield d.Task.any([slow, d.callActivity('Return', 1)]);
  yield d.Task.any([slow, d.callActivity('Return', 2)]);
  return yield slow;
});
orchestrator('TimerTwice', function* (d) {
  const deadline = later(d, 4000);
  yield d.Task.any([deadline, d.waitForExternalEvent('A')]);
  yield d.Task.any([deadline, d.waitForExternalEvent('B')]);
});
orchestrator('AllOfEnded', function* (d) {
  const task = d.callActivity('Return', 1);
  yield task;
  return yield d.Task.all([task]);
});
orchestrator('EventTwice', function* (d) {
  const event = d.waitForExternalEvent('A');
  yield d.Task.any([d.callActivity('Return', 1), event]);
  yield d.Task.any([d.callActivity('Return', 2), event]);
  return yield event;
});

// Events
orchestrator('WaitOne', function* (d) {
  const event = yield d.waitForExternalEvent('Go');
  return { got: event === undefined ? 'undefined' : event };
});
orchestrator('WaitTwoAtOnce', function* (d) {
  return yield d.Task.all([d.waitForExternalEvent('Go'), d.waitForExternalEvent('Go')]);
});
orchestrator('WaitTwice', function* (d) {
  const first = yield d.waitForExternalEvent('Go');
  return [first, yield d.waitForExternalEvent('Go')];
});
orchestrator('WaitLate', function* (d) {
  yield d.callActivity('Pause', { ms: 500 });
  const first = yield d.waitForExternalEvent('Go');
  return [first, yield d.waitForExternalEvent('Go')];
});
orchestrator('WaitLeftBehind', function* (d) {
  yield d.Task.any([d.waitForExternalEvent('Never'), d.callActivity('Return', 1)]);
  return 'ok';
});

// Timers
orchestrator('Sleeps', function* (d, { ms }) {
  yield later(d, ms);
  return 'fired';
});
orchestrator('CancelsTimer', function* (d) {
  const timer = later(d, 60_000);
  const event = d.waitForExternalEvent('Go');
  const winner = yield d.Task.any([timer, event]);
  timer.cancel();
  return [winner === event, yield d.callActivity('Return', 'after')];
});
orchestrator('TimerLeftBehind', function* (d) {
  const quick = d.callActivity('Return', 1);
  return (yield d.Task.any([later(d, 400), quick])) === quick;
});
orchestrator('CancelsLongTimer', function* (d, { ms }) {
  const timer = later(d, ms);
  yield d.Task.any([timer, d.waitForExternalEvent('Go')]);
  timer.cancel();
  return 'cancelled';
});
orchestrator('RetryThenCancel', function* (d) {
  const options = new df.RetryOptions(100, 3);
  const timer = later(d, 60_000);
  yield d.Task.any([d.callActivityWithRetry('FailAtFirst', options, { key: d.instanceId, times: 1 }), timer]);
  timer.cancel();
  return yield d.callActivity('Return', 'after');
});

// Children
orchestrator('Child', function* (d, input) {
  const echoed = yield d.callActivity('Return', input);
  if (input?.fail) throw new Error('child boom');
  return { echoed, id: d.instanceId, parent: d.parentInstanceId };
});
orchestrator('SlowChild', function* (d, input) {
  yield d.callActivity('Pause', { ms: 300 });
  return input;
});
orchestrator('InputOf', function* (_d, input) {
  return { type: input === null ? 'null' : typeof input, json: JSON.stringify(input) };
});
orchestrator('CallsChild', function* (d, { name, input, id, times = 1 }) {
  let answer;
  for (let n = 0; n < times; n++) answer = yield* caught(d.callSubOrchestrator(name, input, id));
  return answer;
});
orchestrator('ChildUncaught', function* (d) {
  yield d.callSubOrchestrator('Child', { fail: true });
});
orchestrator('ChildRetried', function* (d) {
  return yield* caught(d.callSubOrchestratorWithRetry('Child', new df.RetryOptions(50, 2), { fail: true }));
});
orchestrator('ChildLeftBehind', function* (d) {
  yield d.Task.any([d.callSubOrchestrator('SlowChild', {}), d.callActivity('Return', 1)]);
  return 'left';
});
orchestrator('ItsOwnChild', function* (d) {
  return yield* caught(d.callSubOrchestrator('Child', 1, d.instanceId));
});
orchestrator('SameChildTwiceAtOnce', function* (d) {
  const id = `twin-${d.instanceId}`;
  return yield* caught(
    d.Task.all([d.callSubOrchestrator('SlowChild', 1, id), d.callSubOrchestrator('SlowChild', 2, id)]),
  );
});

// Versions
orchestrator('Version', function* (d) {
  return d.version;
});
orchestrator('VersionOfChildren', function* (d) {
  const options = new df.RetryOptions(50, 2);
  return [
    d.version,
    yield d.callSubOrchestrator('Version'),
    yield d.callSubOrchestrator('Version', {}, undefined, '0.5'),
    yield d.callSubOrchestratorWithRetry('Version', options, {}, undefined, '0.6'),
  ];
});
orchestrator('VersionAgain', function* (d, { again }) {
  if (again) d.continueAsNew({ again: false });
  return d.version;
});
orchestrator('VersionWithEvents', function* (d) {
  return [d.version, yield d.waitForExternalEvent('Go'), yield d.waitForExternalEvent('Go')];
});
