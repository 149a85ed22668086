const { setTimeout: sleep } = require('node:timers/promises');
const { EntityId, app } = require('durable-functions');
const { orchestrator, later, caught } = require('./orchestrator');

const counter = (key) => new EntityId('Counter', key);

const OPERATIONS = {
  add: (e, n) => e.setState(n + (e.getInput() ?? 1)),
  addAndTell: (e, n) => {
    OPERATIONS.add(e, n);
    e.return(e.getState());
  },
  get: (e, n) => e.return(n),
  describe: (e) =>
    e.return({
      ...{ id: e.entityId, name: e.entityName, key: e.entityKey, operation: e.operationName },
      ...{ isNew: e.isNewlyConstructed, input: e.getInput() === undefined ? 'undefined' : e.getInput() },
    }),
  fail: () => {
    throw new Error('entity boom');
  },
  addThenFail: (e, n) => {
    e.setState(n + 100);
    e.signalEntity(counter(`${e.entityKey}-told`), 'add', 1);
    throw Object.assign(new Error('boom'), { code: 'E1' });
  },
  nothing: () => undefined,
  delete: (e) => e.destructOnExit(),
  /** Passes a number of signals on to another counter, in order. */
  tell: (e) => {
    const { key, times, operation } = e.getInput();
    for (let n = 1; n <= times; n++) e.signalEntity(counter(key), operation ?? 'add', n);
    e.setState(times);
  },
  tellNobody: (e, n) => {
    e.signalEntity(new EntityId('Nobody', 'x'), 'add');
    e.setState(n + 1);
  },
  grow: (e) => e.setState('x'.repeat(e.getInput())),
  slowAdd: async (e, n) => {
    await sleep(e.getInput());
    e.setState(n + 1);
    e.return(n + 1);
  },
};
app.entity('Counter', ({ df: e }) =>
  OPERATIONS[e.operationName]?.(
    e,
    e.getState(() => 0),
  ),
);
/** Keeps all that it was sent, in order. */
app.entity('Log', ({ df: e }) => {
  if (e.operationName === 'delete') e.destructOnExit();
  else e.setState([...(e.getState() ?? []), e.getInput()]);
});
app.entity('AsyncCounter', async ({ df: e }) =>
  OPERATIONS[e.operationName](
    e,
    e.getState(() => 0),
  ),
);

orchestrator('Counts', function* (d) {
  const id = counter(`k-${d.instanceId}`);
  d.signalEntity(id, 'add', 5);
  return [yield d.callEntity(id, 'addAndTell', 7), yield d.callEntity(id, 'get')];
});
orchestrator('CallsEntity', function* (d, { name, key, operation, input }) {
  return yield* caught(d.callEntity(new EntityId(name ?? 'Counter', key), operation, input));
});
orchestrator('LeavesCallBehind', function* (d) {
  const call = d.callEntity(counter('left'), 'slowAdd', 300);
  yield d.Task.any([call, d.callActivity('Return', 1)]);
  return 'left';
});
orchestrator('CallAfterTimer', function* (d) {
  const call = d.callEntity(counter('after-timer'), 'get');
  yield d.Task.any([d.createTimer(d.currentUtcDateTime)]);
  return [yield call, yield d.callActivity('Return', 'last')];
});
orchestrator('CallsMany', function* (d, { key, times }) {
  const calls = [...Array(times).keys()].map(() => d.callEntity(counter(key), 'addAndTell', 1));
  return yield d.Task.all(calls);
});
orchestrator('SignalsOnly', function* (d, { name, key, value, operation }) {
  d.signalEntity(new EntityId(name ?? 'Counter', key), operation ?? 'add', value);
  return 'signalled';
});
orchestrator('SignalsThenThrows', function* (d, { key }) {
  d.signalEntity(counter(key), 'add', 1);
  throw new Error('after the signal');
});
/** Every generation signals and calls, and leaves a call whose answer comes too late. */
orchestrator('CountsOn', function* (d, { key, n }) {
  d.signalEntity(counter(key), 'add', 1);
  yield d.callEntity(counter(key), 'addAndTell', 1);
  const late = d.callEntity(counter(`${key}-late`), 'add', 1);
  yield d.Task.any([late, d.callActivity('Return', 1)]);
  if (n > 1) d.continueAsNew({ key, n: n - 1 });
  return 'counted';
});
/** A long conversation: each step adds to two counters, by call and by signal, and tells a log its number. */
orchestrator('Converses', function* (d, { key, steps }) {
  const seen = [];
  for (let n = 1; n <= steps; n++) {
    d.signalEntity(new EntityId('Log', d.instanceId), 'append', n);
    seen.push(yield d.callEntity(counter(d.instanceId), 'addAndTell', 1));
    yield d.callEntity(counter(key), 'tell', { key: `${key}-sum`, times: 2 });
  }
  return seen;
});

/** Fails before the entity has answered, at its first try. */
orchestrator('FailsBeforeTheAnswer', function* (d, { key, times }) {
  const lock = yield d.lock(counter(`${key}-locked`));
  const call = d.callEntity(counter(`${key}-locked`), 'slowAdd', 200);
  yield d.Task.any([call, d.callActivity('Return', 1)]);
  yield d.callActivity('FailAtFirst', { key, times });
  const value = yield call;
  lock.release();
  return value;
});
orchestrator('Locks', function* (d) {
  const [a, b] = [counter(`a-${d.instanceId}`), counter(`b-${d.instanceId}`)];
  const lock = yield d.lock([b, a]);
  const values = [yield d.callEntity(a, 'addAndTell', 1), yield d.callEntity(b, 'addAndTell', 2)];
  lock.release();
  return [...values, yield d.callActivity('Return', 9)];
});
orchestrator('LocksOneCall', function* (d) {
  const [a, b] = [counter(`a-${d.instanceId}`), counter(`b-${d.instanceId}`)];
  const lock = yield d.lock(a, b);
  yield d.callEntity(a, 'add', 1);
  lock.release();
  return yield d.callActivity('Return', 'released');
});
orchestrator('LocksThenThrows', function* (d, { key }) {
  yield d.lock([counter(key)]);
  throw new Error('while locked');
});
orchestrator('LocksThenEnds', function* (d, { key }) {
  yield d.lock([counter(key)]);
  return 'ended locked';
});
orchestrator('LocksThenAgain', function* (d, { key, n }) {
  yield d.lock([counter(key)]);
  yield d.callEntity(counter(key), 'add', 1);
  if (n > 1) d.continueAsNew({ key, n: n - 1 });
  return 'locked in every generation';
});
orchestrator('LocksAndReads', function* (d, { key }) {
  yield d.lock([counter(key)]);
  return { got: yield d.callEntity(counter(key), 'get') };
});
orchestrator('LocksAndWaits', function* (d, { keys }) {
  const lock = yield d.lock(keys.map(counter));
  d.setCustomStatus('locked');
  const value = yield d.waitForExternalEvent('Go');
  for (const key of keys) yield d.callEntity(counter(key), 'add', value);
  lock.release();
  return 'released';
});
orchestrator('GivesUpLock', function* (d, { key }) {
  const timer = later(d, 100);
  const won = yield d.Task.any([d.lock([counter(key)]), timer]);
  return won === timer ? 'gave up' : 'locked';
});
/** Reads, pauses and writes back: right only if nobody comes between. */
orchestrator('Transfers', function* (d, { from, to, times, ms }) {
  for (let n = 0; n < times; n++) {
    const lock = yield d.lock([counter(from), counter(to)]);
    const had = yield d.callEntity(counter(from), 'get');
    const got = yield d.callEntity(counter(to), 'get');
    yield d.callActivity('Pause', { ms, value: n });
    yield d.callEntity(counter(from), 'addAndTell', -1);
    const now = yield d.callEntity(counter(to), 'addAndTell', 1);
    const left = yield d.callEntity(counter(from), 'get');
    lock.release();
    if (now !== got + 1 || left !== had - 1) throw new Error('someone came between');
  }
  return 'transferred';
});
orchestrator('LocksUnknown', function* (d) {
  yield d.lock(counter('known'), new EntityId('Nobody', 'x'));
});
