/** One thing measured: the median of the run's rounds. `peers` are measured in the same run; `limit` is what the machine or a stand-in allows. */
export interface BenchRow {
  readonly name: string;
  readonly unit: string;
  readonly better: 'higher' | 'lower';
  readonly ours: number;
  readonly peers: Readonly<Record<string, number>>;
  readonly limit: number | null;
  /** The lowest and the highest round of `ours` and of each peer. */
  readonly spread?: Readonly<Record<string, readonly [number, number]>>;
}

export interface BenchResult {
  readonly rows: readonly BenchRow[];
  readonly seed: number;
  readonly rounds: number;
  /** What the figures leave out, a sentence each. */
  readonly leavesOut: readonly string[];
}

/** A file `test/bench/<name>.ts` exports this as `bench`. Throws where it could not measure everything. */
export interface Bench {
  /** One line for the list that is shown without a name. */
  readonly about: string;
  /** `say` tells of progress on standard error. */
  run(say: (line: string) => void): Promise<BenchResult>;
}
