const df = require('durable-functions');
const { orchestrator, caught } = require('./orchestrator');

// Rewinding
const failing = (d, key) => d.callActivity('FailAtFirst', { key, times: 1 });
orchestrator('FailsOnce', function* (d, { key, members }) {
  const count = yield d.callActivity('Count', key);
  if (members === undefined) return [count, yield failing(d, key)];
  const tasks = Array.from({ length: members }, (_, n) => failing(d, `${key}-${n}`));
  return [count, yield d.Task.all(tasks)];
});
orchestrator('CallsFailing', function* (d, { key }) {
  return { child: yield d.callSubOrchestrator('FailsOnce', { key }) };
});
orchestrator('FailsRetried', function* (d, { key }) {
  return yield d.callActivityWithRetry('FailAtFirst', new df.RetryOptions(20, 2), { key, times: 2 });
});
orchestrator('CatchesThenFails', function* (d, { key }) {
  const first = yield* caught(d.callActivity('Throw', { message: 'x' }));
  return [first.message === undefined ? 'nothing' : 'caught', yield failing(d, key)];
});

// HTTP calls
orchestrator('CallsHttp', function* (d, { then, ...options }) {
  const answer = yield* caught(d.callHttp(options));
  return then ? [answer, yield d.callActivity('Return', then)] : answer;
});

orchestrator('ContinuesForEver', function* (d) {
  d.continueAsNew({});
});
orchestrator('ContinuesThenThrows', function* (d) {
  d.continueAsNew({});
  throw new Error('after all');
});
