import type { BenchRow } from '../bench';
import { median } from '../files/run-task';
import type { Bed } from './bed';
import type { EngineUnderTest } from './engine-under-test';

/** What was measured of one engine, by round. */
export type ByEngine = ReadonlyMap<string, readonly number[]>;

/** Measures every engine once a round, in turns, so that what else the machine does falls on all alike. */
export const inTurns = async <T>(
  bed: Bed,
  title: string,
  engines: readonly EngineUnderTest[],
  measure: (engine: EngineUnderTest) => Promise<T>,
): Promise<ReadonlyMap<string, readonly T[]>> => {
  const measured = new Map<string, T[]>(engines.map(({ name }) => [name, []]));
  for (let round = 1; round <= bed.rounds; round += 1) {
    for (const engine of engines) {
      const result = await measure(engine);
      measured.get(engine.name)?.push(result);
      bed.say(`${title}: round ${round} of ${bed.rounds}, ${engine.name} ${JSON.stringify(result)}`);
    }
  }
  return measured;
};

export const figures = <T>(measured: ReadonlyMap<string, readonly T[]>, of: (each: T) => number): ByEngine =>
  new Map([...measured].map(([name, each]) => [name, each.map(of)]));

/** A row of the medians; `ours` is the first engine. */
export const rowOf = (
  name: string,
  unit: string,
  better: BenchRow['better'],
  measured: ByEngine,
): BenchRow => {
  const [[, ours = []] = [], ...peers] = measured;
  return {
    name,
    unit,
    better,
    ours: median(ours),
    peers: Object.fromEntries(peers.map(([peer, each]) => [peer, median(each)])),
    limit: null,
    spread: Object.fromEntries([...measured].map(([each, of]) => [each, [Math.min(...of), Math.max(...of)]])),
  };
};
