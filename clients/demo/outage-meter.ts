/** How one read ended, and when, in milliseconds of one monotonic clock. */
export interface ReadOutcome {
  readonly endedAtMs: number;
  readonly durationMs: number;
  readonly ok: boolean;
  readonly problem: string | null;
}

export interface OutageSummary {
  readonly reads: number;
  readonly failures: number;
  /** Answered with content that is not the file's: the worst that can happen. */
  readonly wrongContent: number;
  readonly problems: Readonly<Record<string, number>>;
  /** From the last good answer before failures to the first good one after them: the longest, and all together. */
  readonly longestOutageMs: number;
  readonly totalOutageMs: number;
  readonly outages: number;
  /** Of good answers. */
  readonly latencyMs: { readonly p50: number; readonly p99: number };
  /** False where the last read failed: the outage had not ended. */
  readonly servedAtTheEnd: boolean;
}

/**
 * Measures outages as a user sees them: only failed reads between two good ones make one, never a pause of the reader itself.
 * Reads overlap, so a late good answer may make two of one outage; together they last as long.
 */
export class OutageMeter {
  readonly #problems = new Map<string, number>();
  readonly #durationsMs: number[] = [];
  readonly #outagesMs: number[] = [];
  #reads = 0;
  #lastGoodAtMs: number | null = null;
  #failedSinceGood = false;

  /** In the order in which the reads ended. */
  add({ ok, endedAtMs, durationMs, problem }: ReadOutcome): void {
    this.#reads += 1;
    if (!ok) {
      this.#failedSinceGood = true;
      const name = problem ?? 'unknown';
      this.#problems.set(name, (this.#problems.get(name) ?? 0) + 1);
      return;
    }
    if (this.#failedSinceGood && this.#lastGoodAtMs !== null)
      this.#outagesMs.push(endedAtMs - this.#lastGoodAtMs);
    this.#failedSinceGood = false;
    this.#lastGoodAtMs = endedAtMs;
    this.#durationsMs.push(durationMs);
  }

  summary(): OutageSummary {
    const durations = [...this.#durationsMs].sort((a, b) => a - b);
    return {
      reads: this.#reads,
      failures: this.#reads - durations.length,
      wrongContent: this.#problems.get('wrong-content') ?? 0,
      problems: Object.fromEntries(this.#problems),
      longestOutageMs: Math.round(Math.max(0, ...this.#outagesMs)),
      totalOutageMs: Math.round(this.#outagesMs.reduce((sum, outageMs) => sum + outageMs, 0)),
      outages: this.#outagesMs.length,
      latencyMs: { p50: percentile(durations, 0.5), p99: percentile(durations, 0.99) },
      servedAtTheEnd: this.#lastGoodAtMs !== null && !this.#failedSinceGood,
    };
  }
}

/** Nearest rank; 0 for no values. */
export function percentile(sorted: readonly number[], share: number): number {
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return Math.round(value * 10) / 10;
}
