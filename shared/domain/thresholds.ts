import type { Thresholds } from '../contracts/thresholds';

/** One request made while watching a workload. */
export interface Sample {
  readonly ok: boolean;
  readonly durationMs: number;
}

export interface ThresholdVerdict {
  readonly kept: boolean;
  /** Empty where all are kept. */
  readonly broken: readonly string[];
  readonly samples: number;
  readonly errorRate: number;
  readonly p95Ms: number;
}

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;

const longestFailure = (samples: readonly Sample[]): number => {
  let longest = 0;
  let current = 0;
  for (const sample of samples) {
    current = sample.ok ? 0 : current + 1;
    longest = Math.max(longest, current);
  }
  return longest;
};

/** Rates and latency count from ten samples on; failures in a row count at once (R50 R148). No samples break nothing. */
export const judgeThresholds = (samples: readonly Sample[], thresholds: Thresholds): ThresholdVerdict => {
  const failures = samples.filter((sample) => !sample.ok).length;
  const errorRate = samples.length === 0 ? 0 : failures / samples.length;
  const durations = samples.filter((sample) => sample.ok).map((sample) => sample.durationMs);
  const p95Ms = percentile(
    durations.sort((a, b) => a - b),
    0.95,
  );
  const broken: string[] = [];
  const inRow = longestFailure(samples);
  if (inRow >= thresholds.maxConsecutiveFailures)
    broken.push(`${inRow} failures in a row (limit ${thresholds.maxConsecutiveFailures})`);
  if (samples.length >= 10 && errorRate > thresholds.maxErrorRate)
    broken.push(
      `error rate ${(errorRate * 100).toFixed(1)} % (limit ${(thresholds.maxErrorRate * 100).toFixed(1)} %)`,
    );
  if (samples.length >= 10 && p95Ms > thresholds.maxP95Ms)
    broken.push(`95th percentile ${Math.round(p95Ms)} ms (limit ${thresholds.maxP95Ms} ms)`);
  return { kept: broken.length === 0, broken, samples: samples.length, errorRate, p95Ms };
};
