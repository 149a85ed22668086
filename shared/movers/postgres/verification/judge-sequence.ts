/** A sequence as one side has it. */
export interface SequenceState {
  readonly lastValue: bigint;
  /** False: `lastValue` itself is what comes next. */
  readonly isCalled: boolean;
  readonly increment: bigint;
  readonly min: bigint;
  readonly max: bigint;
  readonly cache: bigint;
  readonly cycle: boolean;
}

export type SequenceVerdict = 'equal' | 'ahead' | 'behind' | 'far-ahead' | 'exhausted' | 'otherwise-defined';

/** Sessions whose caches may be ahead of the sequence, as at a switch; more than that a thousand times over is a mistake. */
const MARGIN_CACHES = 32n;
const FAR_MARGINS = 1_000n;

/**
 * Whether a follower's sequence could take over: it must give out nothing that the leader has given out, so it may be ahead and not
 * behind. One that begins again at its end is measured round the circle.
 */
export function judgeSequence(leader: SequenceState, follower: SequenceState): SequenceVerdict {
  if (definitionOf(leader) !== definitionOf(follower)) return 'otherwise-defined';
  const { increment, cache, cycle } = leader;
  const step = increment < 0n ? -increment : increment;
  const margin = MARGIN_CACHES * step * (cache > 1n ? cache : 1n);
  const distance = (nextOf(follower) - nextOf(leader)) * (increment < 0n ? -1n : 1n);
  if (distance === 0n) return 'equal';
  if (cycle) return roundTheCircle(distance, leader) <= margin ? 'ahead' : 'behind';
  if (distance < 0n) return 'behind';
  if (isExhausted(follower) && !isExhausted(leader)) return 'exhausted';
  return distance > margin * FAR_MARGINS ? 'far-ahead' : 'ahead';
}

export const nextOf = ({ lastValue, isCalled, increment }: SequenceState): bigint =>
  isCalled ? lastValue + increment : lastValue;

const roundTheCircle = (distance: bigint, { min, max }: SequenceState): bigint => {
  const circle = max - min + 1n;
  return ((distance % circle) + circle) % circle;
};

const isExhausted = (sequence: SequenceState): boolean =>
  nextOf(sequence) > sequence.max || nextOf(sequence) < sequence.min;

const definitionOf = ({ increment, min, max, cache, cycle }: SequenceState): string =>
  [increment, min, max, cache, cycle].join('/');
