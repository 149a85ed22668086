import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startCauseway, type Causeway } from '../support/causeway';
import { runKilledWave, type KilledWave } from './killed-wave';
import { describeRun, describeRuns, type RunResult } from './run-report';
import { seededRandom, seedOfThisRun } from './seeded-random';
import {
  everyEffectCameOnce,
  everyEventArrived,
  everyFileIsRight,
  everyGateWasAskedOnce,
  everyLogVerifies,
  everyOrchestrationCompleted,
  onlyTheRightSideTakesWrites,
  storyOf,
} from './what-must-hold';

jest.setTimeout(15 * 60_000);

const RUNS = Number(process.env['FAULT_RUNS'] ?? 1);
const KILLS = Number(process.env['FAULT_KILLS'] ?? 5);
const FIRST_SEED = seedOfThisRun();

describe('a wave whose host is killed again and again', () => {
  let causeway: Causeway;
  /** The logs of the wave when nothing was killed. */
  let undisturbed: ReadonlyMap<string, string[]>;
  const results: RunResult[] = [];

  const storiesOf = async (): Promise<Map<string, string[]>> =>
    new Map([...(await everyLogVerifies(causeway))].map(([id, log]) => [id, storyOf(log)]));

  beforeAll(async () => {
    causeway = await startCauseway();
    try {
      await runKilledWave(causeway, { random: seededRandom(FIRST_SEED), kills: 0 });
      undisturbed = await storiesOf();
    } finally {
      await causeway.stop();
    }
  });
  afterEach(() => causeway.stop());
  afterAll(() => void process.stdout.write(describeRuns(results)));

  const everythingHolds = async (wave: KilledWave): Promise<void> => {
    expect(wave.surprises).toEqual([]);
    await everyFileIsRight(wave);
    await onlyTheRightSideTakesWrites(wave);
    everyEffectCameOnce(wave);
    everyEventArrived(causeway.dataDir);
    everyGateWasAskedOnce(causeway.dataDir);
    await everyOrchestrationCompleted(causeway);
    expect(Object.fromEntries(await storiesOf())).toEqual(Object.fromEntries(undisturbed));
  };

  it.each(Array.from({ length: RUNS }, (_, index) => FIRST_SEED + index))(
    'has every file right, no message lost, no effect doubled and its log intact (FAULT_SEED=%i)',
    async (seed) => {
      causeway = await startCauseway();
      const wave = await runKilledWave(causeway, { random: seededRandom(seed), kills: KILLS });
      let failure: string | null = 'not checked';
      try {
        await everythingHolds(wave);
        failure = null;
      } catch (error) {
        failure = error instanceof Error ? error.message : String(error);
        throw error;
      } finally {
        const result = { seed, hits: wave.hits, failure };
        results.push(result);
        process.stdout.write(describeRun(result));
      }
    },
  );
});
