import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HostProcess } from '../support/host-process';
import { inAzure, onThisMachine, type TriggerHome } from '../support/trigger-homes';

const PATIENCE_MS = 30_000;
/** Whatever the function noted. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each function notes something else, and the assertion is the check
type Entry = any;
const YEAR_MS = 366 * 86_400_000;

describe.each([
  ['on this machine', onThisMachine],
  ['in a namespace and an account', inAzure],
])('triggers and outputs %s', (name, open) => {
  /** Leases and timers are the host's own files in either home. */
  const itHere = name === 'on this machine' ? it : it.skip;
  let home: TriggerHome;
  let host: HostProcess;

  beforeAll(async () => {
    home = await open();
    host = new HostProcess('triggers', home.settings);
    await host.start();
    // Takes its time, while the others are tried.
    await post('fragile', { n: 1 });
  });
  afterAll(async () => {
    await host.dispose();
    await home.stop();
  });

  const post = async (output: string, body: unknown): Promise<number> =>
    (await host.fetch(`/api/send/${output}`, { method: 'POST', body: JSON.stringify(body) })).status;
  const postText = (output: string, body: string) =>
    host.fetch(`/api/send/${output}?text`, { method: 'POST', body });
  const seen = async (by: string): Promise<Entry[]> => (await host.fetch(`/api/seen/${by}`)).body as Entry[];
  const until = async (by: string, isSo: (entries: Entry[]) => boolean): Promise<Entry[]> => {
    const giveUpAtMs = Date.now() + PATIENCE_MS;
    for (;;) {
      const entries = await seen(by);
      if (isSo(entries)) return entries;
      if (Date.now() > giveUpAtMs) throw new Error(`${by} stayed ${JSON.stringify(entries)}: ${host.stderr}`);
      await sleep(20);
    }
  };

  it('sends each item of an array as a message of its own, as objects and as text', async () => {
    expect(await post('queue', [{ n: 1 }, 'two', 3])).toBe(202);
    expect((await postText('queue', 'plain text')).status).toBe(202);
    const done = await until('done', ({ length }) => length >= 4);
    const expected = [{ done: { n: 1 } }, { done: 'two' }, { done: 3 }, { done: 'plain text' }];
    expect(done).toEqual(expect.arrayContaining(expected));
    const batches = await seen('order');
    expect(batches.flatMap(({ messages }) => messages)).toEqual([{ n: 1 }, 'two', 3, 'plain text']);
    expect(batches.every(({ messages, ids }) => messages.length === ids)).toBe(true);
  });

  it('answers with an output of HTTP beside the one that takes what is returned', async () => {
    const answer = await host.fetch('/api/send/beside', { method: 'POST' });
    expect([answer.status, answer.body]).toEqual([201, 'beside']);
    await until('done', (messages) => messages.some(({ done }) => done === 'returned'));
  });

  it('gives bytes to a function that wants them', async () => {
    await postText('bytes', 'plain');
    expect(await until('bytes', ({ length }) => length === 1)).toEqual([[true, 'plain']]);
  });

  it('gives each subscription of a topic its copy', async () => {
    await post('topic', { title: 'news' });
    for (const by of ['first', 'second'])
      expect(await until(by, ({ length }) => length === 1)).toEqual([{ title: 'news' }]);
  });

  it('keeps the order of a session over a failure', async () => {
    for (const n of [1, 2, 3]) {
      await home.publish(host.dataDir, 'a', { n, ...(n === 2 && { failsAt: 1 }) });
      await home.publish(host.dataDir, 'b', { n });
    }
    const all = await until('session', ({ length }) => length === 7);
    const of = (id: string) =>
      all
        .filter(({ sessionId }) => sessionId === id)
        .map(({ message, deliveryCount }) => `${message.n}.${deliveryCount}`);
    expect(of('a')).toEqual(['1.1', '2.1', '2.2', '3.1']);
    expect(of('b')).toEqual(['1.1', '2.1', '3.1']);
  });

  it('gives back what a function threw on or never returned from, and says so', async () => {
    expect(await until('fragile', ({ length }) => length === 3)).toEqual([1, 2, 3]);
    expect(host.stderr).toMatch(/Function "fragile" failed.*: not even an error/);
    expect(host.stderr).toMatch(
      /Function "fragile" failed.*: Function "fragile" did not end within the functionTimeout of 1 s\./,
    );
  });

  it('writes documents, gives them on by the change feed in bounded batches, and retries with growing pauses', async () => {
    const partition = 'one';
    await post('documents', { id: 'a', partition, text: 'first' });
    await until('copied', (copies) => copies.some(({ id }) => id === 'a'));
    await post('documents', [
      { id: 'a', partition, text: 'second' },
      { id: 'b', partition, text: 'third' },
      { id: 'c', partition, text: 'fourth' },
    ]);
    const copied = await until('copied', ({ length }) => length === 4);
    const attempts = { retryCount: 2, maxRetryCount: 5, message: 'not yet' };
    expect(copied).toEqual([
      { id: 'a', text: 'first!', ...attempts },
      { id: 'a', text: 'second!', ...attempts },
      { id: 'b', text: 'third!', ...attempts },
      { id: 'c', text: 'fourth!', ...attempts },
    ]);
    for (const batch of await seen('copy')) expect(batch.length).toBeLessThanOrEqual(2);
  });

  it('fails the request whose output can not be stored', async () => {
    expect(await post('documents', 'no document')).toBe(500);
    expect((await postText('documents', '{"id": 1}')).status).toBe(500);
  });

  itHere('goes on from its leases, and forgets no message, when it is killed', async () => {
    const before = (await seen('copied')).length;
    expect(before).toBeGreaterThan(0);
    await host.kill();
    await host.start();
    await post('documents', { id: 'd', partition: 'one', text: 'after' });
    expect(await until('copied', ({ length }) => length > 0)).toMatchObject([{ id: 'd', text: 'after!' }]);
    await post('queue', 'after');
    expect(await until('done', ({ length }) => length > 0)).toEqual([{ done: 'after' }]);
  });

  itHere('runs a timer at startup with retries, and by its schedule once the year is over', async () => {
    const [first, second] = await until('startup', ({ length }) => length === 2);
    expect(first).toMatchObject({
      timer: { isPastDue: false, schedule: { adjustForDST: true } },
      retryCount: 0,
    });
    expect(first.timer.scheduleStatus.next).toMatch(/-01-01T00:00:00\.000Z$/);
    expect(second.retryCount).toBe(1);
    expect(await seen('yearly')).toEqual([]);
    host.setClockAhead(YEAR_MS);
    expect(await until('yearly', ({ length }) => length > 0)).toEqual([false]);
  });
});

describe('a handler that does wrong', () => {
  const host = new HostProcess('triggers');
  beforeAll(() => host.start());
  afterAll(() => host.dispose());

  it.each(['undefined', 'null', 'text', 'object', 'symbol', 'noPrototype'])(
    'answers 500 where one throws: %s',
    async (what) => {
      const answer = await host.fetch(`/api/throws/${what}`);
      expect([answer.status, answer.body]).toMatchObject([500, { code: 'internal-error' }]);
    },
  );

  it('answers 500 where one never returns, and goes on', async () => {
    expect((await host.fetch('/api/hangs')).status).toBe(500);
    expect(host.stderr).toContain('Function "hangs" did not end within the functionTimeout of 1 s.');
    expect((await host.fetch('/api/seen/nothing')).body).toEqual([]);
  });

  it('writes what functions log as host.json sets the levels, through the hook', async () => {
    for (const name of ['plain', 'quiet', 'loud']) await host.fetch(`/api/${name}`);
    const written = (name: string) =>
      ['trace', 'debug', 'info', 'warn', 'error'].filter((level) =>
        host.stderr.includes(`${name} ${level} `),
      );
    expect([written('plain'), written('quiet'), written('loud')]).toEqual([
      ['info', 'warn', 'error'],
      ['error'],
      ['trace', 'debug', 'info', 'warn', 'error'],
    ]);
    expect(host.stderr).toContain('hidden from plain');
    expect(host.stderr).not.toContain('secret');
  });
});
