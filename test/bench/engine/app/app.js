// What the host is measured with. restate-service.js and dbos-worker.js do the same work.
const { app } = require('@azure/functions');
const df = require('durable-functions');

df.app.activity('say', { handler: (input) => input });

df.app.activity('stamp', {
  handler: (id) => void process.stdout.write(`stamp ${id} ${process.hrtime.bigint()}\n`),
});

/** `rounds` times `width` steps side by side. */
df.app.orchestration('work', function* (context) {
  const { rounds, width, payload } = context.df.getInput();
  let last = payload;
  for (let round = 0; round < rounds; round += 1) {
    if (width === 1) {
      last = yield context.df.callActivity('say', { payload });
    } else {
      const tasks = Array.from({ length: width }, () => context.df.callActivity('say', { payload }));
      last = yield context.df.Task.all(tasks);
    }
  }
  return { rounds, last };
});

df.app.orchestration('wait', function* (context) {
  yield context.df.waitForExternalEvent('go');
  yield context.df.callActivity('stamp', context.df.instanceId);
});

app.http('hello', {
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: () => ({ body: 'Hello, world!' }),
});
