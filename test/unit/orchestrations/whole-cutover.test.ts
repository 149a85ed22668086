import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { wakeFor } from '../../../functions/messages/wake';
import { cutover } from '../../../orchestrations/cutover';
import { CommandKind } from '../../../shared/contracts/command';
import type { Cutover } from '../../../shared/contracts/cutover';
import { changeWaveRecord } from '../../../shared/ledger/waves';
import { FakeInstances } from '../../support/fake-instances';
import { LedgerUnderTest } from '../../support/ledger-under-test';
import { LedgerWorld, type Behaviour } from '../../support/ledger-world';
import { MINUTE_MS, minutes, sampleWave } from '../../support/sample-plan';
import { stepToEnd } from '../../support/stepped-durable';

const behaviour: fc.Arbitrary<Behaviour> = fc.record({
  seed: fc.nat(),
  trouble: fc.constantFrom(0, 30, 60),
  commands: fc.array(fc.option(fc.constantFrom(...CommandKind.options)), { maxLength: 6 }),
});

const HOUR_MS = 60 * MINUTE_MS;

interface Outcome {
  readonly cutover: Cutover;
  /** What the log says, without its chain. */
  readonly log: readonly string[];
  readonly done: readonly string[];
  readonly busiest: number;
}

/** Runs a cutover to its end, whatever people and worker do, and hands over what it left. */
async function run(
  given: Behaviour,
  look?: (under: LedgerUnderTest, id: string) => Promise<void>,
): Promise<Outcome> {
  const under = new LedgerUnderTest();
  try {
    const gateTiming = {
      remindEveryMs: 10 * HOUR_MS,
      escalateAfterMs: 15 * HOUR_MS,
      expireAfterMs: 24 * HOUR_MS,
    };
    await under.putWave(sampleWave({ window: { start: minutes(3), end: minutes(100_000) }, gateTiming }));
    await changeWaveRecord<void>(under.ledger, 'first', ({ body }) => ({
      change: { body: { ...body, approvedPlanHash: body.planHash } },
      result: undefined,
    }));
    const id = await under.putCutoverOf('first');
    const world = new LedgerWorld(under, id, given);
    const { itinerary } = await under.cutover(id);
    await stepToEnd(cutover, { cutoverId: id, assetIds: ['files'], itinerary, position: 0 }, world, []);
    const log = (await under.log(`cutover:${id}`)).map(
      ({ at, kind, actor, summary }) => `${at} ${kind} ${actor}: ${summary}`,
    );
    await look?.(under, id);
    return { cutover: await under.cutover(id), log, done: world.done, busiest: world.busiest };
  } finally {
    under.close();
  }
}

const UNDO = {
  freezeSource: 'unfreezeSource',
  stopSource: 'startSource',
  redirectTraffic: 'restoreTraffic',
} as const;

/** What is stored in the end without what only counts writes. */
const stateOf = ({ cutover: { log: _log, ...state } }: Outcome) => state;

describe('a whole cutover, whatever people and worker do,', () => {
  it('R56 comes to an end without running hot, and undoes newest first what was begun', async () => {
    const ends = new Set<string>();
    await fc.assert(
      fc.asyncProperty(behaviour, async (given) => {
        const { cutover: ended, log, done, busiest } = await run(given);
        ends.add(ended.status);
        expect(ended.endedAt).not.toBeNull();
        expect(busiest).toBeLessThan(60);
        const undone = done.filter((step) => (Object.values(UNDO) as string[]).includes(step));
        const order = ['restoreTraffic', 'startSource', 'unfreezeSource'];
        expect(undone).toEqual(order.filter((step) => undone.includes(step)));
        if (ended.status === 'completed') {
          expect(undone).toEqual([]);
          expect(ended.stages.every(({ status }) => status === 'done' || status === 'skipped')).toBe(true);
        } else {
          const left = ended.stages.filter(
            (state, index) =>
              state.attempts > 0 &&
              ended.itinerary.stages[index]?.compensation &&
              state.status !== 'compensated',
          );
          expect(left).toEqual([]);
          const compensated = log.filter((line) => line.includes(' stage.compensated '));
          expect(compensated).toHaveLength(new Set(compensated).size);
        }
        if (ended.status === 'cancelled') expect(done).not.toContain('redirectTraffic');
      }),
      { numRuns: 12 },
    );
    expect(ends.size).toBeGreaterThan(1);
  });

  it('leaves the same state and log where every activity is executed twice', async () => {
    await fc.assert(
      fc.asyncProperty(behaviour, async (given) => {
        const once = await run(given);
        const twice = await run({ ...given, twice: true });
        expect(twice.log).toEqual(once.log);
        expect(stateOf(twice)).toEqual(stateOf(once));
      }),
      { numRuns: 8 },
    );
  });

  it('leaves the same state and log where it is woken for nothing again and again', async () => {
    await fc.assert(
      fc.asyncProperty(behaviour, fc.integer({ min: 1, max: 3 }), async (given, extraWakes) => {
        const once = await run(given);
        const woken = await run({ ...given, extraWakes });
        expect(woken.log).toEqual(once.log);
        expect(stateOf(woken)).toEqual(stateOf(once));
      }),
      { numRuns: 8 },
    );
  });

  it('changes nothing by its events, delivered in any order and more than once: they only wake', async () => {
    await fc.assert(
      fc.asyncProperty(behaviour, fc.infiniteStream(fc.nat()), async (given, random) => {
        await run(given, async (under, id) => {
          const subjects = [`cutover:${id}`, 'wave:first'];
          const before = await Promise.all(subjects.map((subject) => under.snapshot(subject)));
          const events = (await Promise.all(subjects.map((subject) => under.events(subject)))).flat();
          const shuffled = [...events, ...events]
            .map((event) => ({ event, rank: random.next().value }))
            .sort((a, b) => a.rank - b.rank);
          const instances = new FakeInstances();
          for (const { event } of shuffled) await wakeFor({ ledger: under.ledger }, instances, event);
          expect(await Promise.all(subjects.map((subject) => under.snapshot(subject)))).toEqual(before);
          expect(instances.calls.every((call) => /^wake (cutover:first--shop|wave:first)$/.test(call))).toBe(
            true,
          );
          expect(instances.calls).toContain('wake wave:first');
        });
      }),
      { numRuns: 3 },
    );
  });
});
