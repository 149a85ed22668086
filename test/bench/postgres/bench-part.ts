import type { BenchRow } from '../bench';

export interface PartResult {
  readonly rows: readonly BenchRow[];
  /** What its figures leave out, a sentence each. */
  readonly leavesOut: readonly string[];
}

/** Some rows of a benchmark. Throws where it could not measure, or where what it claims did not hold. */
export type BenchPart = (say: (line: string) => void) => Promise<PartResult>;

export const row = (
  name: string,
  unit: string,
  ours: number,
  options: Partial<Pick<BenchRow, 'better' | 'peers' | 'limit'>> = {},
): BenchRow => ({ ...{ name, unit, ours }, better: 'lower', peers: {}, limit: null, ...options });

/** By nearest rank; 0.5 is the median of an odd number. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? NaN;
}
