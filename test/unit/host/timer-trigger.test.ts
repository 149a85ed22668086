import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Invocation, RetryPolicy } from '../../../host/function-app';
import { createTimerListener } from '../../../host/triggers/timer';
import { contextForEachTest } from '../../support/context-for-each-test';
import { latch, settle, triggeredFunction, TriggerContext, until } from '../../support/trigger-context';

const MINUTE_MS = 60_000;

describe('the timer trigger', () => {
  let host: TriggerContext;
  let runs: { at: string; timer: unknown }[];

  contextForEachTest(() => (host = new TriggerContext()));
  beforeEach(() => {
    runs = [];
  });

  const note = ({ triggerData }: Invocation): void => {
    runs.push({ at: new Date(host.clock.now()).toISOString(), timer: triggerData });
  };
  const tick = (
    binding: Record<string, unknown> = {},
    handler: (invocation: Invocation) => unknown = note,
    retry: RetryPolicy | null = null,
  ) =>
    triggeredFunction(
      'tick',
      { type: 'timerTrigger', schedule: '0 */5 * * * *', ...binding },
      handler,
      retry,
    );
  const start = (...functions: ReturnType<typeof tick>[]) =>
    host.start(createTimerListener(host.for(functions)));
  const times = (): string[] => runs.map(({ at }) => at.slice(11, 19));

  it('runs at each occurrence and hands over the status', async () => {
    await start(tick());
    host.clock.advance(5 * MINUTE_MS);
    await until(() => host.clock.waiting.length === 1 && runs.length === 1);
    host.clock.advance(5 * MINUTE_MS);
    await until(() => runs.length === 2);
    expect(times()).toEqual(['00:05:00', '00:10:00']);
    expect(runs[0]?.timer).toEqual({
      isPastDue: false,
      schedule: { adjustForDST: true },
      scheduleStatus: {
        last: '0001-01-01T00:00:00+00:00',
        next: '2026-11-21T00:05:00.000Z',
        lastUpdated: '2026-11-21T00:00:00.000Z',
      },
    });
    expect(runs[1]?.timer).toMatchObject({
      scheduleStatus: { last: '2026-11-21T00:05:00.000Z', next: '2026-11-21T00:10:00.000Z' },
    });
  });

  it('makes up once, at start, for all that was missed while the host was down', async () => {
    await (await start(tick())).drain();
    host.clock.advance(3 * 60 * MINUTE_MS + 1);
    await start(tick());
    await until(() => host.clock.waiting.length === 1);
    expect(runs).toHaveLength(1);
    expect(runs[0]?.timer).toMatchObject({
      isPastDue: true,
      scheduleStatus: { next: '2026-11-21T00:05:00.000Z' },
    });
    expect(host.clock.waiting).toEqual(['2026-11-21T03:05:00.000Z']);
  });

  it('runs again what did not end before the host died', async () => {
    const never = latch();
    await start(tick({}, () => never.opened));
    host.clock.advance(5 * MINUTE_MS);
    await settle();
    host.clock.advance(1);
    const after = new TriggerContext(host.clock);
    await after.start(createTimerListener({ ...after.for([tick()]), dataDir: host.dataDir }));
    await until(() => runs.length === 1);
    expect(runs[0]?.timer).toMatchObject({ isPastDue: true });
    never.open();
    await after.close();
  });

  it('makes up for nothing where the schedule has changed meanwhile', async () => {
    await (await start(tick())).drain();
    host.clock.advance(60 * MINUTE_MS);
    await start(tick({ schedule: '0 30 * * * *' }));
    await settle();
    expect(runs).toEqual([]);
    expect(host.clock.waiting).toEqual(['2026-11-21T01:30:00.000Z']);
  });

  it.each([
    ['useMonitor is false', { useMonitor: false }],
    ['it occurs more than once a minute', { schedule: '*/10 * * * * *' }],
  ])('makes up for nothing where %s', async (_, binding) => {
    await (await start(tick(binding))).drain();
    host.clock.advance(60 * MINUTE_MS);
    await start(tick(binding));
    await settle();
    expect(runs).toEqual([]);
    host.clock.advance(5 * MINUTE_MS);
    await until(() => runs.length === 1);
    expect(runs[0]?.timer).toMatchObject({ isPastDue: false, scheduleStatus: null });
  });

  it('runs at start where runOnStartup is set', async () => {
    await start(tick({ runOnStartup: true }));
    await until(() => runs.length === 1);
    expect(runs[0]).toMatchObject({ at: '2026-11-21T00:00:00.000Z', timer: { isPastDue: false } });
  });

  it('never has two runs of one function at a time', async () => {
    const long = latch();
    await start(
      tick({}, async (invocation) => {
        note(invocation);
        await long.opened;
      }),
    );
    host.clock.advance(31 * MINUTE_MS);
    await settle();
    expect(times()).toEqual(['00:05:00']);
    long.open();
    await until(() => host.clock.waiting.length === 1);
    expect(host.clock.waiting).toEqual(['2026-11-21T00:35:00.000Z']);
  });

  it('goes on after a failure, and retries first where the function says so', async () => {
    const retry: RetryPolicy = { strategy: 'fixedDelay', maxRetryCount: 1, delayIntervalMs: 7_000 };
    const fail = (invocation: Invocation) => {
      note(invocation);
      throw new Error('no');
    };
    await start(tick({}, fail, retry));
    host.clock.advance(5 * MINUTE_MS);
    await until(() => host.clock.waiting.length === 1);
    host.clock.advance(7_000);
    await until(() => runs.length === 2 && host.clock.waiting.length === 1);
    expect(times()).toEqual(['00:05:00', '00:05:07']);
    expect(host.clock.waiting).toEqual(['2026-11-21T00:10:00.000Z']);
    expect(host.logged.filter((line) => line.startsWith('error'))).toHaveLength(2);
  });

  it('waits for a run when drained, and starts no other', async () => {
    const long = latch();
    const listener = await start(tick({}, () => long.opened));
    host.clock.advance(5 * MINUTE_MS);
    let isDrained = false;
    const drained = listener.drain().then(() => (isDrained = true));
    await settle();
    expect(isDrained).toBe(false);
    long.open();
    await drained;
    expect(host.clock.waiting).toEqual([]);
  });

  it('makes a run at the next start that was drained between two attempts', async () => {
    const retry: RetryPolicy = { strategy: 'fixedDelay', maxRetryCount: -1, delayIntervalMs: 7_000 };
    const fail = () => {
      throw new Error('no');
    };
    const failing = await start(tick({}, fail, retry));
    host.clock.advance(5 * MINUTE_MS);
    await until(() => host.clock.waiting[0] === '2026-11-21T00:05:07.000Z');
    await failing.drain();
    host.clock.advance(1);
    await start(tick());
    await until(() => runs.length === 1);
    expect(runs[0]?.timer).toMatchObject({
      isPastDue: true,
      scheduleStatus: { next: '2026-11-21T00:05:00.000Z' },
    });
  });

  it.each(['Europe/Berlin', 'W. Europe Standard Time'])(
    'takes the time zone %s from a setting',
    async (zone) => {
      const settings = { WEBSITE_TIME_ZONE: zone };
      await host.start(createTimerListener(host.for([tick({ schedule: '0 0 9 * * *' })], { settings })));
      expect(host.clock.waiting).toEqual(['2026-11-21T08:00:00.000Z']);
    },
  );

  it.each([
    [
      'a bad schedule',
      { schedule: '0 0 25 * * *' },
      {},
      'Function "tick": schedule "0 0 25 * * *": "25" is no hour.',
    ],
    ['no schedule', { schedule: undefined }, {}, 'Function "tick": its timerTrigger has no schedule.'],
    [
      'an unknown time zone',
      {},
      { WEBSITE_TIME_ZONE: 'W. Europe' },
      /there is no IANA time zone "W. Europe"/,
    ],
  ])('refuses %s, naming it', (_, binding, settings, message) => {
    expect(() => createTimerListener(host.for([tick(binding)], { settings }))).toThrow(message);
  });
});
