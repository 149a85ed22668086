const { setTimeout: sleep } = require('node:timers/promises');
const { appendFileSync } = require('node:fs');
const df = require('durable-functions');

const activity = (name, handler) => df.app.activity(name, { handler });
const attempts = new Map();

activity('Return', (value) => value);
activity('Describe', (value) => ({
  type: value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value,
  json: JSON.stringify(value),
}));
activity(
  'Evaluate',
  ({ kind }) =>
    ({
      true: true,
      null: null,
      undefined: undefined,
      integer: 7,
      float: 1.5,
      string: 'hi',
      numeric: '12',
      json: '{"a":1}',
      empty: '',
      array: [1, 'a'],
      dated: { a: new Date(0) },
      date: new Date(0),
    })[kind],
);
activity('Big', ({ bytes }) => 'x'.repeat(bytes - 2));
activity('Pause', async ({ ms, value }) => {
  await sleep(ms);
  return value;
});
activity('Throw', ({ message }) => {
  throw new Error(message);
});
activity('ThrowText', () => {
  throw 'just text';
});
activity('FailAtFirst', async ({ key, times, ms }) => {
  await sleep(ms ?? 0);
  const attempt = (attempts.get(key) ?? 0) + 1;
  attempts.set(key, attempt);
  if (attempt <= times) throw new Error(`attempt ${attempt}`);
  return attempt;
});
/** Leaves a line for every time it runs, before and after the work. */
activity('Mark', async ({ file, text, ms }) => {
  appendFileSync(file, `begin ${text}\n`);
  await sleep(ms ?? 0);
  appendFileSync(file, `end ${text}\n`);
  return text;
});
/** How often it has run for this key. */
activity('Count', (key) => {
  attempts.set(`count ${key}`, (attempts.get(`count ${key}`) ?? 0) + 1);
  return attempts.get(`count ${key}`);
});
