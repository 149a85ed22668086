import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkFolder } from '../../host/storage/check/check-folder';
import { HostProcess } from '../support/host-process';

const DAY_MS = 86_400_000;
const ADMIN_ONLY = { 'x-forwarded-for': '10.0.0.1' };

interface Entry {
  readonly level: string;
  readonly message: string;
  readonly function?: string;
  readonly invocationId?: string;
  readonly instanceId?: string;
  readonly at?: string;
  readonly category?: string;
}

describe('a host that people run', () => {
  const host = new HostProcess('operations', { CAUSEWAY_LOG_FORMAT: 'json' });
  beforeAll(() => host.start());
  afterAll(() => host.dispose());

  const entries = (): Entry[] =>
    host.stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Entry);
  const said = async (isIt: (entry: Entry) => boolean): Promise<Entry> => {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const found = host.stderr.endsWith('\n') ? entries().find(isIt) : undefined;
      if (found !== undefined) return found;
      if (Date.now() > deadline) throw new Error(`not said: ${host.stderr}`);
      await sleep(20);
    }
  };
  const call = (name: string, input: unknown) => host.run('Calls', { name, input });
  const metrics = async (): Promise<string> => String((await host.fetch('/runtime/metrics')).body);

  it('tells whether it lives and is ready, and its metrics to this machine or for the admin key', async () => {
    expect((await host.fetch('/runtime/health/live')).body).toBe('Healthy');
    expect(await host.fetch('/runtime/health/ready')).toMatchObject({
      status: 200,
      body: { status: 'Healthy', state: 'ready' },
    });
    expect((await host.fetch('/runtime/health')).status).toBe(200);
    expect((await host.fetch('/runtime/health/live', { method: 'POST' })).status).toBe(405);
    expect((await host.fetch('/runtime/health/else')).status).toBe(404);
    const status = async (headers: Record<string, string>): Promise<number> =>
      (await host.fetch('/runtime/metrics', { headers })).status;
    expect(await status({})).toBe(200);
    expect(await status(ADMIN_ONLY)).toBe(401);
    expect(await status({ 'x-functions-key': host.keys.function })).toBe(401);
    expect(
      await status({ ...ADMIN_ONLY, 'x-functions-key': (host.keys as { admin?: string }).admin ?? '' }),
    ).toBe(200);
  });

  it('counts invocations, instances, episodes and commits under labels that nobody else can choose', async () => {
    await host.fetch('/api/hello');
    await call('Echo', 'x');
    await call('Throws', { kind: 'text' });
    for (const id of ["a'b", 'ä{x="1"}', 'x y', '%25', '日本'])
      await host.begin('Waits', {}, encodeURIComponent(id));
    const text = await metrics();
    const value = (name: string): number =>
      Number(new RegExp(`^${name.replaceAll(/[{}]/g, '\\$&')} (\\S+)$`, 'm').exec(text)?.[1]);
    const invocations = (labels: string): number =>
      value(`causeway_invocation_duration_seconds_count{${labels}}`);
    expect(invocations('function="hello",trigger="httpTrigger",outcome="succeeded"')).toBe(1);
    expect(invocations('function="Echo",trigger="activityTrigger",outcome="succeeded"')).toBe(1);
    expect(invocations('function="Throws",trigger="activityTrigger",outcome="failed"')).toBe(1);
    expect(value('causeway_instances{status="Running"}')).toBe(5);
    expect(value('causeway_instances_ended_total{status="Completed"}')).toBe(1);
    expect(value('causeway_instances_ended_total{status="Failed"}')).toBe(1);
    expect(value('causeway_episodes_total')).toBeGreaterThanOrEqual(9);
    expect(value('causeway_commit_duration_seconds_count')).toBeGreaterThan(0);
    expect(value('causeway_queue_depth{queue="activities"}')).toBe(0);
    expect(text).toMatch(/^process_resident_memory_bytes \d+/m);
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds \S+/m);
    expect(text).not.toMatch(/日本|x y|a'b/);
  });

  it('writes each log entry as one JSON object with the ids of what it belongs to', async () => {
    const { instanceId } = await call('Says', 1);
    expect(await said(({ message }) => message === 'hello from within')).toMatchObject({
      ...{ level: 'info', category: 'Function.Says.User', function: 'Says', instanceId },
      invocationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it('takes whatever handlers throw or return for a failure of theirs, and goes on', async () => {
    for (const kind of [
      'undefined',
      'text',
      'object',
      'getter',
      'toString',
      'proxy',
      'hostile',
      'cycle',
      'bare',
    ]) {
      const { runtimeStatus, output } = await call('Throws', { kind });
      expect([kind, runtimeStatus, output]).toEqual([
        kind,
        'Failed',
        expect.stringContaining("Activity function 'Throws' failed"),
      ]);
      expect([kind, (await host.fetch(`/api/answer?kind=${kind}`)).status]).toEqual([kind, 500]);
    }
    for (const kind of ['bigint', 'cycle', 'function', 'symbol'])
      expect(['Completed', 'Failed']).toContain((await call('Returns', { kind })).runtimeStatus);
    expect((await call('Echo', 'still here')).output).toBe('still here');
  });

  it('keeps the beginning and the stack of a failure of 10 MB, and says how much it leaves out', async () => {
    const { instanceId, output } = await call('ThrowsLarge', { bytes: 10_000_000 });
    expect(String(output)).toMatch(/failed: {2}é{32768}… \(4,967,232 more characters\)/);
    const failed = (await host.run('FailsLarge', { bytes: 10_000_000 })).output;
    expect(failed).toMatch(
      /^Orchestrator function 'FailsLarge' failed: é{131072}… \(\d[\d,]* more characters\)$/,
    );
    const said = await host.durable('GET', `instances/${instanceId}?showHistory=true`);
    expect(JSON.stringify(said.body)).toMatch(/more characters\).{0,20}at throwsLarge .*operations\/app\.js/);
    expect(JSON.stringify(said.body).length).toBeLessThan(1_000_000);
    expect(host.stderr.length).toBeLessThan(1_000_000);
  });

  it('answers a list of large instances in pages that stay small, each instance once', async () => {
    const input = JSON.stringify({ padding: 'x'.repeat(900_000) });
    const ids = Array.from({ length: 12 }, (_, n) => `large-${n}`);
    for (const id of ids) await host.durable('POST', `orchestrators/Waits/${id}`, input);
    const listed: string[] = [];
    const sizes: number[] = [];
    let token = '';
    do {
      const url = `/runtime/webhooks/durabletask/instances/?top=1000&instanceIdPrefix=large-&code=${host.keys.system}`;
      const response = await fetch(new URL(url, host.url), { headers: { 'x-ms-continuation-token': token } });
      const text = await response.text();
      sizes.push(text.length);
      listed.push(...(JSON.parse(text) as { instanceId: string }[]).map(({ instanceId }) => instanceId));
      token = response.headers.get('x-ms-continuation-token') ?? '';
    } while (token !== '');
    expect(listed).toEqual(ids);
    expect(sizes).toHaveLength(3);
    expect(Math.max(...sizes)).toBeLessThan(4.2 * 1024 * 1024);
  });

  it('refuses instance ids and payloads that cannot be, and says why', async () => {
    for (const id of ['@thing@key', 'a/b', 'a\\b', 'a?b', 'a#b', 'a\u0000b', 'x'.repeat(101)]) {
      const answer = await host.durable('POST', `orchestrators/Waits/${encodeURIComponent(id)}`, '{}');
      expect([id, answer.status]).toEqual([id, 400]);
      expect(JSON.stringify(answer.body)).toMatch(/instance id/i);
    }
    const large = JSON.stringify({ padding: 'x'.repeat(1_000_000) });
    expect((await host.durable('POST', 'orchestrators/Waits/large', large)).status).toBe(400);
    expect((await host.durable('GET', 'instances/large')).status).toBe(404);
    expect((await call('Large', { bytes: 1_000_000 })).output).toMatch(/limit is 921600/);
  });

  it('names the function that holds the event loop up, and where its code is, once', async () => {
    await call('Blocks', { ms: 2_500 });
    const entry = await said(({ message }) => message.includes('held up the event loop'));
    expect(entry).toMatchObject({
      level: 'warn',
      function: 'Blocks',
      at: expect.stringMatching(/operations\/app\.js:\d+$/),
    });
    const { 1: line = 0 } = /:(\d+)$/.exec(entry.at ?? '') ?? [];
    const code = readFileSync(path.join(__dirname, '../support/apps/operations/app.js'), 'utf8').split('\n');
    expect(code[Number(line) - 1]).toContain('while (Date.now() < end)');
    await call('Blocks', { ms: 1_800 });
    expect(entries().filter(({ message }) => message.includes('held up'))).toHaveLength(1);
  });

  it('keeps a history of 10 MB, and goes on from it after a kill', async () => {
    const id = await host.begin('Remembers', { times: 26, bytes: 400_000 });
    await host.until(id, ({ customStatus }) => customStatus === 'remembers');
    await host.kill();
    await host.start();
    await host.raise(id, 'Go', 1);
    expect((await host.ended(id)).output).toBe(26 * 400_000 + 1);
    expect(checkFolder(host.dataDir).findings).toEqual([]);
  });

  it.each([
    ['exit', /ended the process/, 3],
    ['timer', /left an error to nobody/, 1],
    ['rejection', /left an error to nobody/, 1],
  ])('says whose code ended the process by %s, and has lost nothing', async (how, message, exitCode) => {
    const waiting = await host.begin('Waits', {}, `kept-${how}`);
    const id = await host.begin(
      'Calls',
      { name: 'Ends', input: { how, file: host.file(how) } },
      `ends-${how}`,
    );
    while (
      await host.fetch('/runtime/health/live').then(
        () => true,
        () => false,
      )
    )
      await sleep(20);
    await sleep(300);
    expect(await host.kill()).toBe(exitCode);
    const line = host.stderr.split('\n').find((each) => message.test(each)) ?? '{}';
    expect(JSON.parse(line)).toMatchObject({ function: 'Ends', instanceId: id });
    await host.start();
    expect((await host.ended(id)).output).toBe('done');
    await host.raise(waiting, 'Go', how);
    expect((await host.ended(waiting)).output).toBe(how);
  });

  it('says while it stops what it waits for', async () => {
    await host.begin('Calls', { name: 'Never', input: 1 }, 'never');
    await host.until('never', ({ runtimeStatus }) => runtimeStatus === 'Running');
    const stopped = host.kill('SIGTERM');
    expect((await said(({ message }) => message.startsWith('Stopping'))).message).toBe(
      'Stopping: 1 of Never still run',
    );
    expect(await stopped).toBe(0);
    await host.start();
  });

  it('deletes ended instances past the retention of their state, and nothing that runs', async () => {
    await host.durable('POST', 'instances/never/terminate?reason=enough');
    const completed = (await call('Echo', 1)).instanceId;
    const failed = (await call('Throws', { kind: 'text' })).instanceId;
    const family = await host.begin('Family');
    host.setClockAhead(2 * DAY_MS);
    while ((await host.durable('GET', `instances/${completed}`)).status !== 404) await sleep(50);
    expect((await host.status(failed)).runtimeStatus).toBe('Failed');
    expect((await host.status(family)).runtimeStatus).toBe('Running');
    await host.raise(family, 'Go', 1);
    expect((await host.ended(family)).output).toBe('all');
    host.setClockAhead(40 * DAY_MS);
    while ((await host.durable('GET', `instances/${failed}`)).status !== 404) await sleep(50);
    expect(checkFolder(host.dataDir).findings).toEqual([]);
  });
});

describe('the spans of a host', () => {
  const file = path.join(tmpdir(), `causeway-spans-${process.pid}.jsonl`);
  const host = new HostProcess('operations', { SPANS_FILE: file });
  afterAll(async () => {
    await host.dispose();
    rmSync(file, { force: true });
  });

  it('belong to one trace over a kill, each once, whatever was replayed', async () => {
    await host.start();
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    await fetch(
      new URL(`/runtime/webhooks/durabletask/orchestrators/Family/f1?code=${host.keys.system}`, host.url),
      {
        method: 'POST',
        headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` },
      },
    );
    // A kill before the activity's end is stored has it run again, with a span of its own.
    const isStored = async (): Promise<boolean> =>
      JSON.stringify((await host.durable('GET', 'instances/f1?showHistory=true')).body).includes(
        'TaskCompleted',
      );
    while (!(await isStored())) await sleep(15);
    await host.kill();
    await host.start();
    await host.raise('f1', 'Go', 1);
    await host.ended('f1');
    const spans = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map(
        (line) =>
          JSON.parse(line) as { name: string; traceId: string; spanId: string; parent: string | null },
      );
    expect(spans.map(({ name }) => name).sort()).toEqual([
      ...['activity:Echo', 'activity:Echo', 'create_orchestration:Calls', 'create_orchestration:Family'],
      ...['orchestration:Calls', 'orchestration:Family'],
    ]);
    expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
    const created = spans.find(({ name }) => name === 'create_orchestration:Family');
    expect(created?.parent).toBe('b7ad6b7169203331');
    expect(
      spans
        .filter(({ parent }) => parent === created?.spanId)
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...['activity:Echo', 'create_orchestration:Calls', 'orchestration:Family']]);
  });
});
