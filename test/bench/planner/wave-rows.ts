import type { WaveGrouping, WaveGroupingInput } from '../../../shared/domain/planning/waves/grouping';
import { groupIntoWaves } from '../../../shared/domain/planning/waves/group-into-waves';
import type { BenchRow } from '../bench';
import { estateOf } from './estate';

type Say = (line: string) => void;

const SIZES = [100, 1_000, 10_000, 100_000];

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

function timed<T>(work: () => T): { readonly seconds: number; readonly result: T } {
  const start = performance.now();
  const result = work();
  return { seconds: (performance.now() - start) / 1_000, result };
}

const row = (name: string, unit: string, ours: number, more: Partial<BenchRow> = {}): BenchRow => ({
  name,
  unit,
  better: 'lower',
  ours,
  peers: {},
  limit: null,
  ...more,
});

/** Grouping alone, from nothing and after one pin, at each size. */
export async function waveRows(rounds: number, seed: number, say: Say): Promise<BenchRow[]> {
  return SIZES.flatMap((size) => {
    say(`waves of ${size} workloads`);
    const input = estateOf(size, seed);
    const plans: number[] = [];
    const replans: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      // A list of its own each round: nothing of it has been read before.
      const fresh = { ...input, connections: [...input.connections] };
      const { seconds, result } = timed(() => groupIntoWaves(fresh));
      plans.push(seconds);
      replans.push(timed(() => groupIntoWaves(pinned(fresh, result))).seconds);
    }
    const thousands = size >= 1_000 ? `${size / 1_000}k` : `${size}`;
    return [
      row(`waves-${thousands}`, 's', median(plans)),
      row(`waves-again-${thousands}`, 's', median(replans)),
    ];
  });
}

const pinned = (input: WaveGroupingInput, { waves }: WaveGrouping): WaveGroupingInput => ({
  ...input,
  previous: waves,
  edits: [
    {
      kind: 'pin',
      workloadId: waves[Math.floor(waves.length / 2)]?.workloadIds[0] ?? '',
      wave: waves.length - 1,
      reason: 'asked for',
    },
  ],
});
