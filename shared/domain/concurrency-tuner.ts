/** How many requests are in flight, and how the search for the best number stands. */
export interface Tuning {
  readonly concurrency: number;
  /** The best that is proved so far, with the rate it gave; null before the first observation. */
  readonly proved: { readonly concurrency: number; readonly rate: number } | null;
  /** By how much the next try is greater than what is proved. */
  readonly factor: number;
  /** Observations before the next try, while it rests. */
  readonly rest: number;
}

export interface Observation {
  /** What was moved in a second, in any unit that stays the same. */
  readonly rate: number;
  /** Answers that told us to slow down (503, 429) since the last observation. */
  readonly throttled: number;
}

const START = 4;
const STEEP_UNTIL = 256;
/** Keeping more in flight must bring this share of what it would in proportion. */
const WORTH_SHARE = 0.2;
const SLOW_DOWN = 0.65;
const FINEST_FACTOR = 1.2;
/** After a throttle, and once the best is found: what is best may change in a copy that takes days. */
const REST_THROTTLED = 15;
const REST_SETTLED = 150;

export const startTuning = (): Tuning => ({ concurrency: START, proved: null, factor: 4, rest: 0 });

/**
 * The next number of requests in flight (R123), by the rule AzCopy documents: four times as many up to 256, then twice, as long as
 * each step brings a fifth of what it would in proportion; else back to the last that did, and smaller steps from there. Where the
 * service says that it is too much, 0.65 of it and a rest. Never below 1 nor above `most`.
 */
export function tune(tuning: Tuning, { rate, throttled }: Observation, most: number): Tuning {
  const within = (concurrency: number): number => Math.max(1, Math.min(most, Math.round(concurrency)));
  const { concurrency, proved } = tuning;
  if (throttled > 0) {
    const slower = within(Math.floor(concurrency * SLOW_DOWN));
    return { concurrency: slower, proved: null, factor: FINEST_FACTOR, rest: REST_THROTTLED };
  }
  if (tuning.rest > 0) return { ...tuning, concurrency: within(concurrency), rest: tuning.rest - 1 };
  if (proved !== null && concurrency !== proved.concurrency && !isWorthIt(proved, { concurrency, rate })) {
    const finer = 1 + (tuning.factor - 1) / 2;
    return tryNext({ concurrency: proved.concurrency, rate: proved.rate }, finer, within);
  }
  const steep = concurrency < STEEP_UNTIL ? 4 : 2;
  // A step that came off may be followed by one as great; after a refinement it stays fine.
  const factor = proved === null ? tuning.factor : Math.min(tuning.factor, steep);
  return tryNext({ concurrency, rate }, factor, within);
}

type Proved = NonNullable<Tuning['proved']>;

const isWorthIt = (proved: Proved, now: Proved): boolean => {
  const inProportion = proved.rate * (now.concurrency / proved.concurrency - 1);
  return now.rate - proved.rate >= WORTH_SHARE * inProportion;
};

/** The greatest step left that leads anywhere; where none does, it stays and looks again later. */
function tryNext(proved: Proved, factor: number, within: (concurrency: number) => number): Tuning {
  for (let step = factor; step >= FINEST_FACTOR; step = 1 + (step - 1) / 2) {
    const concurrency = within(proved.concurrency * step);
    if (concurrency > proved.concurrency) return { concurrency, proved, factor: step, rest: 0 };
  }
  return { concurrency: within(proved.concurrency), proved: null, factor: 2, rest: REST_SETTLED };
}
