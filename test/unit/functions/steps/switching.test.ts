import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { climbTraffic, type Climbed } from '../../../../functions/steps/switching/climb-traffic';
import { lowerTtl, waitForOldTtl } from '../../../../functions/steps/switching/lower-ttl';
import { putBackTraffic, restoreTtl } from '../../../../functions/steps/switching/put-back-traffic';
import { trafficNotReady } from '../../../../functions/steps/switching/traffic-not-ready';
import type { StepResult } from '../../../../shared/contracts/step';
import type { Traffic } from '../../../../shared/contracts/traffic';
import type { Weights } from '../../../../shared/domain/traffic-ladder';
import {
  ladderWorld,
  MemorySwitch,
  type Fate,
  type LadderWorld,
} from '../../../support/traffic/memory-switch';

let traffic: MemorySwitch;
let world: LadderWorld;

const begin = (climb: Parameters<typeof ladderWorld>[1] = {}, source = 3, ttlSeconds = 300): void => {
  world = ladderWorld((nowMs) => (traffic = new MemorySwitch(source, ttlSeconds, nowMs)), climb);
};

/** Calls once; what is thrown is what an activity's retry would meet. */
const climbOnce = (attempt: number): Promise<Climbed> => {
  const context = world.context(attempt);
  return climbTraffic(context, context.cutover.workload.traffic as Traffic);
};

type End = 'arrived' | Extract<StepResult, { kind: 'failed' }>;

/** Asks again after each wait, and after each loss, as the orchestration does. */
const climb = async (attempt = 1): Promise<End> => {
  // Five rungs, each looked at twice a second until the old TTL is over, make 600 looks.
  for (let call = 0; call < 2_000; call += 1) {
    const climbed = await climbOnce(attempt).catch(() => null);
    if (climbed?.kind === 'arrived') return 'arrived';
    if (climbed === null) continue;
    const { result } = climbed;
    if (result.kind === 'failed') return result;
    if (result.kind === 'pending') world.nowMs += result.retryAfterMs;
  }
  throw new Error('does not end');
};

const untilDone = async <T>(ask: () => Promise<T>, isPending: (answer: T) => boolean): Promise<T> => {
  for (let call = 0; call < 100; call += 1) {
    const answer = await ask().catch(() => null);
    if (answer !== null && !isPending(answer)) return answer;
    world.nowMs += 2_000;
  }
  throw new Error('does not end');
};

const putBack = () =>
  untilDone(
    () => putBackTraffic(world.context()),
    (back) => back.kind === 'stopped' && back.result.kind === 'pending',
  );

const share = ({ source, target }: Weights): number => target / (source + target);

describe('the ladder, whatever is lost on the way', () => {
  const fates = fc.array(fc.constantFrom<Fate>('done', 'done', 'done', 'lost-before', 'lost-after'), {
    maxLength: 60,
  });
  const run = fc.record({
    shares: fc
      .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 4 })
      .map((list) => [...list.sort((a, b) => a - b), 100]),
    source: fc.integer({ min: 1, max: 1_000 }),
    priorTtl: fc.constantFrom(10, 60, 300, 3_600),
    lowTtl: fc.constantFrom(5, 30, 60),
    waitMs: fc.constantFrom(0, 1_000, 20_000),
    fates,
    commits: fc.array(fc.boolean(), { maxLength: 60 }),
    breaksAfter: fc.option(fc.integer({ min: 1, max: 40 })),
  });

  it('R135 R147 R148 serves somebody always, rises step by step after the old TTL, and gives back exactly what was', async () => {
    await fc.assert(
      fc.asyncProperty(run, async ({ shares, source, priorTtl, lowTtl, waitMs, breaksAfter, ...losses }) => {
        begin({ steps: shares, lowTtlSeconds: lowTtl, waitMs }, source, priorTtl);
        const prior = structuredClone(traffic.values);
        const [fatesLeft, commitsLeft] = [[...losses.fates], [...losses.commits]];
        traffic.fate = () => fatesLeft.shift() ?? 'done';
        world.beforeCommit = () => {
          if (commitsLeft.shift() === false) throw new Error('the store was not there');
        };
        let looks = 0;
        world.isHealthy = () => (looks += 1) !== breaksAfter;
        const end = await climb();
        const { history } = traffic;
        expect(history.every(({ weights }) => weights.source + weights.target > 0)).toBe(true);
        if (end === 'arrived') {
          expect(traffic.weights().source).toBe(0);
          const onTheWay = history.map(({ weights }) => share(weights));
          expect(onTheWay).toEqual([...onTheWay].sort((a, b) => a - b));
        } else {
          expect(end.code).toBe('thresholds-broken');
          expect([0, ...shares]).toContain(Math.round(share(traffic.weights()) * 100));
          expect(traffic.weights().source).toBeGreaterThan(0);
        }
        const loweredAt = history.find(({ ttlSeconds }) => ttlSeconds < priorTtl)?.atMs;
        const climbedAt = history.find(({ weights }) => weights.target > 0)?.atMs ?? Infinity;
        expect(loweredAt === undefined).toBe(priorTtl <= lowTtl);
        if (loweredAt !== undefined) expect(climbedAt - loweredAt).toBeGreaterThanOrEqual(priorTtl * 1_000);
        expect((await putBack()).kind).toBe('back');
        expect(history.every(({ weights }) => weights.source + weights.target > 0)).toBe(true);
        expect(traffic.values).toEqual(prior);
      }),
      { numRuns: 30 },
    );
  });
});

describe('the ladder', () => {
  it('R148 goes back to the rung below where thresholds break, says so once more if asked again, and climbs at a retry', async () => {
    begin({ steps: [10, 50, 100], waitMs: 10_000 });
    world.isHealthy = () => traffic.weights().target !== 500;
    const broken = await climb();
    expect(broken).toMatchObject({ code: 'thresholds-broken', reason: expect.stringContaining('rung 2') });
    expect(traffic.weights()).toEqual({ source: 900, target: 100 });
    expect(await climb()).toMatchObject({ code: 'thresholds-broken' });
    expect(traffic.weights()).toEqual({ source: 900, target: 100 });
    world.isHealthy = () => true;
    expect(await climb(2)).toBe('arrived');
    expect(traffic.weights()).toEqual({ source: 0, target: 1_000 });
  });

  it('R148 below the first rung is what was in force before, but for the TTL', async () => {
    begin({ steps: [50, 100] });
    const { source, target } = structuredClone(traffic.values);
    world.isHealthy = () => false;
    expect(await climb()).toMatchObject({ code: 'thresholds-broken' });
    expect(traffic.values).toEqual({ source, target, profile: { ttlSeconds: 30 } });
  });

  it('counts what the service itself finds wrong with the target', async () => {
    begin();
    const climbing = climb();
    traffic.problem = 'finds the target Degraded';
    expect(await climbing).toMatchObject({ reason: expect.stringContaining('finds the target Degraded') });
  });

  it.each(['while it climbs', 'on the way back'])(
    'never writes over what somebody else has changed %s',
    async (when) => {
      begin({ steps: [10, 100], waitMs: 0 });
      if (when === 'while it climbs') for (let call = 0; call < 3; call += 1) await climbOnce(1);
      else await climb();
      traffic.meddle('target', { weight: 333, on: true });
      const end = when === 'while it climbs' ? await climb() : await putBack();
      expect(end).toMatchObject(
        when === 'while it climbs'
          ? { code: 'target-conflict' }
          : { kind: 'stopped', result: { kind: 'failed', code: 'target-conflict' } },
      );
      expect(traffic.values['target']).toEqual({ weight: 333, on: true });
    },
  );

  it('takes it as done where a person has put everything back by hand', async () => {
    begin();
    const prior = structuredClone(traffic.values);
    await climb();
    for (const [part, value] of Object.entries(prior)) traffic.meddle(part, value);
    const writes = traffic.history.length;
    expect((await putBack()).kind).toBe('back');
    expect(traffic.history).toHaveLength(writes);
  });

  it('waits while the service carries a change out, and gives up on one that never shows', async () => {
    begin();
    await climbOnce(1);
    traffic.settled = false;
    expect(await climbOnce(1)).toMatchObject({ result: { kind: 'pending' } });
    traffic.settled = true;
    const write = traffic.write.bind(traffic);
    traffic.write = async () => ({ kind: 'written' });
    expect(await climb()).toMatchObject({ code: 'not-in-force' });
    traffic.write = write;
    expect(await climb(2)).toBe('arrived');
  });
});

describe('the TTL', () => {
  it('R147 is lowered ahead of the outage, which waits for the old one, and is restored after the move', async () => {
    begin();
    expect(await lowerTtl(world.context())).toBeNull();
    expect(traffic.ttlSeconds).toBe(30);
    expect(await waitForOldTtl(world.context())).toMatchObject({ kind: 'pending', retryAfterMs: 300_000 });
    world.nowMs += 300_000;
    expect(await waitForOldTtl(world.context())).toBeNull();
    const begunAt = world.nowMs;
    expect(await climb()).toBe('arrived');
    expect(traffic.history.find(({ weights }) => weights.target > 0)?.atMs).toBe(begunAt);
    expect(await restoreTtl(world.context())).toEqual({ kind: 'told', words: ' The TTL is 300 s again.' });
    expect(traffic.ttlSeconds).toBe(300);
    expect(traffic.weights().source).toBe(0);
  });

  it('is left alone after the move where somebody else has changed the switch', async () => {
    begin();
    await climb();
    traffic.meddle('profile', { ttlSeconds: 120 });
    expect(await restoreTtl(world.context())).toMatchObject({
      words: expect.stringContaining('left as it is'),
    });
    expect(traffic.ttlSeconds).toBe(120);
  });

  it('comes back as it was where the cutover turns back before anybody moved; nothing is written where nothing was', async () => {
    begin();
    await putBack();
    expect(traffic.history).toHaveLength(0);
    await lowerTtl(world.context());
    await putBack();
    expect(traffic.ttlSeconds).toBe(300);
  });
});

describe('readiness', () => {
  it('R9 refuses a switch that does not send users to the source alone', async () => {
    begin();
    expect(await trafficNotReady(world.context())).toBeNull();
    traffic.meddle('target', { weight: 5, on: true });
    expect(await trafficNotReady(world.context())).toMatchObject({
      kind: 'failed',
      code: 'traffic-not-at-source',
    });
  });
});
