/** Functions that misbehave, and some to see that nothing else suffers. */
const { appendFileSync, existsSync, writeFileSync } = require('node:fs');
const { setTimeout: sleep } = require('node:timers/promises');
const { app, output } = require('@azure/functions');
const df = require('durable-functions');

const activity = (name, handler) => df.app.activity(name, { handler });
const orchestrator = (name, body) =>
  df.app.orchestration(name, function* (context) {
    return yield* body(context.df, context.df.getInput());
  });

class Hostile extends Error {
  get message() {
    throw new Error('not even its message');
  }
}
const cycle = {};
cycle.self = cycle;
const THROWN = {
  undefined: undefined,
  text: 'just text',
  object: { a: 1 },
  getter: Object.defineProperty({}, 'message', {
    enumerable: true,
    get: () => {
      throw new Error('no');
    },
  }),
  toString: {
    toString: () => {
      throw new Error('no');
    },
  },
  proxy: new Proxy(
    {},
    {
      get: () => {
        throw new Error('no');
      },
      ownKeys: () => {
        throw new Error('no');
      },
    },
  ),
  hostile: new Hostile(),
  cycle,
  bare: Object.create(null),
};
const RETURNED = { bigint: 1n, cycle, function: () => 1, symbol: Symbol('x') };

const ends = {
  exit: () => process.exit(3),
  timer: () =>
    setTimeout(() => {
      throw new Error('thrown in a timer');
    }, 5),
  rejection: () => void Promise.reject(new Error('left alone')),
};

activity('Echo', (value) => value);
activity('Says', (value, context) => {
  context.log('hello from within');
  return value;
});
activity('Throws', ({ kind }) => {
  throw THROWN[kind];
});
const throwsLarge = ({ bytes }) => {
  throw new Error('é'.repeat(bytes / 2));
};
activity('ThrowsLarge', throwsLarge);
orchestrator('FailsLarge', function* (_d, input) {
  throwsLarge(input);
});
activity('Returns', ({ kind }) => RETURNED[kind]);
activity('Blocks', async ({ ms }) => {
  await sleep(5);
  const end = Date.now() + ms;
  while (Date.now() < end);
});
activity('Never', () => new Promise(() => undefined));
const late = output.serviceBusQueue({ connection: 'BUS', queueName: 'late' });
const latecomer = async (value, context) => {
  await sleep(value.ms);
  context.extraOutputs.set(late, value);
  return 'late';
};
df.app.activity('Late', { extraOutputs: [late], handler: latecomer });
app.serviceBusQueue('lateReader', {
  connection: 'BUS',
  queueName: 'slow',
  extraOutputs: [late],
  handler: latecomer,
});
app.serviceBusQueue('arrivals', {
  connection: 'BUS',
  queueName: 'late',
  handler: (value) => appendFileSync(process.env.ARRIVALS_FILE, `${value.from}\n`),
});
app.http('send', {
  authLevel: 'anonymous',
  return: output.serviceBusQueue({ connection: 'BUS', queueName: 'slow' }),
  extraOutputs: [output.http({ name: 'answer' })],
  handler: (request) => ({ ms: Number(request.query.get('ms')), from: 'message' }),
});
/** Ends the process the first time. */
activity('Ends', async ({ how, file }) => {
  if (existsSync(file)) return 'done';
  writeFileSync(file, '');
  await sleep(5);
  ends[how]();
  await sleep(60_000);
});
activity('Large', ({ bytes }) => 'x'.repeat(bytes));

orchestrator('Calls', function* (d, { name, input }) {
  return yield d.callActivity(name, input);
});
orchestrator('Loops', function* (d, turn) {
  d.continueAsNew(turn + 1);
});
orchestrator('Waits', function* (d) {
  return yield d.waitForExternalEvent('Go');
});
orchestrator('Remembers', function* (d, { times, bytes }) {
  let length = 0;
  for (let n = 0; n < times; n++) length += (yield d.callActivity('Large', { bytes })).length;
  d.setCustomStatus('remembers');
  return length + (yield d.waitForExternalEvent('Go'));
});
orchestrator('Family', function* (d) {
  yield d.callActivity('Echo', 1);
  yield d.waitForExternalEvent('Go');
  yield d.callSubOrchestrator('Calls', { name: 'Echo', input: 2 });
  return 'all';
});

app.http('answer', {
  authLevel: 'anonymous',
  handler: (request) => {
    throw THROWN[request.query.get('kind')];
  },
});
app.http('hello', { authLevel: 'anonymous', handler: () => ({ body: 'hello' }) });
