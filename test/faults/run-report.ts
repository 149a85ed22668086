import type { Hit } from './killed-wave';

export interface RunResult {
  readonly seed: number;
  readonly hits: readonly Hit[];
  /** Null where everything held. */
  readonly failure: string | null;
}

export const describeRun = ({ seed, hits, failure }: RunResult): string =>
  `seed ${seed}: ${hits.length} kills at ${hits.map(({ at, how }) => `${at.join('+')} (${how})`).join(', ')}: ${
    failure === null ? 'everything held' : `FAILED: ${failure.split('\n')[0] ?? ''}`
  }\n`;

/** All runs together: how many kills, on which stages they fell, what came of it. */
export function describeRuns(results: readonly RunResult[]): string {
  const hits = results.flatMap((result) => result.hits);
  const stages = Map.groupBy(
    hits.flatMap(({ at }) => at),
    (stage) => stage,
  );
  const histogram = [...stages]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([stage, { length }]) => `${stage} ${length}`);
  const between = hits.filter(({ betweenStoreAndBus }) => betweenStoreAndBus).length;
  const held = results.filter(({ failure }) => failure === null).length;
  return [
    `${results.length} runs, ${hits.length} kills, ${between} of them with an event stored and not yet published; everything held in ${held}`,
    `stages under way when killed: ${histogram.join(', ')}`,
    '',
  ].join('\n');
}
