import type { BenchRow } from '../bench';
import { withEngines, type Bed, type Measure } from './bed';
import type { EngineUnderTest, Work } from './engine-under-test';
import { processorSeconds } from './processor-time';
import { figures, inTurns, rowOf } from './rounds';

interface Task {
  readonly name: string;
  readonly work: readonly Work[];
  readonly unit: 'instances' | 'steps';
}

const PAYLOAD = 'world';
/** An engine runs for days: what its first runs cost, until its code is compiled and its files have their size, is left out. */
const WARM_UP_MS = 3_000;
const chain = (rounds: number): Work => ({ rounds, width: 1, payload: PAYLOAD });
const fanOut = (width: number): Work => ({ rounds: 200 / width, width, payload: PAYLOAD });

/** 100 workflows side by side, of five steps one after another. */
export const hello: Measure = (bed) =>
  measure(bed, { name: 'hello-100', work: Array<Work>(100).fill(chain(5)), unit: 'instances' });

/** One workflow of 200 steps, ten side by side; then all side by side. */
export const fanOuts: Measure = async (bed) => [
  ...(await measure(bed, { name: 'fan-out-200', work: [fanOut(10)], unit: 'steps' })),
  ...(await measure(bed, { name: 'fan-out-200-at-once', work: [fanOut(200)], unit: 'steps' })),
];

/** One workflow of a thousand steps one after another. */
export const chain1000: Measure = (bed) =>
  measure(bed, { name: 'chain-1000', work: [chain(1_000)], unit: 'steps' });

const measure = async (bed: Bed, { name, work, unit }: Task): Promise<BenchRow[]> =>
  withEngines(bed, async (engines) => {
    const steps = work.reduce((sum, { rounds, width }) => sum + rounds * width, 0);
    const count = unit === 'steps' ? steps : work.length;
    for (const engine of engines) await warmUp(engine, work);
    const measured = await inTurns(bed, name, engines, async (engine) => {
      const before = processorSeconds(engine.pids);
      const began = performance.now();
      await engine.run(work);
      const seconds = (performance.now() - began) / 1_000;
      return { seconds, processor: processorSeconds(engine.pids) - before };
    });
    return [
      rowOf(
        name,
        `${unit}/s`,
        'higher',
        figures(measured, ({ seconds }) => count / seconds),
      ),
      rowOf(
        `${name}-processor`,
        'ms/step',
        'lower',
        figures(measured, ({ processor }) => (processor * 1_000) / steps),
      ),
    ];
  });

/** The same time for every engine, and once at the least. */
const warmUp = async (engine: EngineUnderTest, work: readonly Work[]): Promise<void> => {
  const began = performance.now();
  do await engine.run(work);
  while (performance.now() - began < WARM_UP_MS);
};
