import type { Traffic } from '../contracts/traffic';

/** How much of the traffic each side is offered; 0 is out of service. What counts is the one beside the other. */
export interface Weights {
  readonly source: number;
  readonly target: number;
}

/** A ladder as it is planned: rung 0 is what was in force before, the last rung has everybody on the target. */
export interface LadderPlan {
  /** Null where nobody caches answers. */
  readonly lowTtlSeconds: number | null;
  readonly rungs: readonly Weights[];
  readonly waitMs: number;
}

/** Where on the ladder a cutover stands. */
export interface LadderPosition {
  /** Rungs climbed. */
  readonly rung: number;
  /** In force now; null where nobody caches answers. */
  readonly ttlSeconds: number | null;
  /** Answers given before the TTL was lowered may be remembered until then; null where it was not lowered. */
  readonly staleUntilMs: number | null;
  /** When the present rung was reached. */
  readonly reachedAtMs: number | null;
}

export type LadderMove =
  | { readonly kind: 'lower-ttl'; readonly ttlSeconds: number }
  /** Nothing to do before that instant: old answers are still remembered. */
  | { readonly kind: 'wait'; readonly untilMs: number }
  | { readonly kind: 'climb'; readonly rung: number; readonly weights: Weights }
  /** Watch the present rung until that instant. */
  | { readonly kind: 'watch'; readonly untilMs: number }
  /** The present rung broke its thresholds: back to the one below, which kept them. */
  | { readonly kind: 'step-down'; readonly rung: number }
  | { readonly kind: 'arrived' };

/** Weights of both sides add up to this from rung 1 on: within Azure's 1 to 1000 for each, exact in tenths of a percent. */
const WHOLE = 1_000;
const ALL_OR_NOTHING: readonly number[] = [100];

const weightsOf = (percentOnTarget: number): Weights => ({
  source: WHOLE - percentOnTarget * 10,
  target: percentOnTarget * 10,
});

/** The ladder that a workload's traffic describes. A record or a key has one rung: it cannot be shared out. */
export const ladderPlan = (traffic: Traffic): LadderPlan => ({
  lowTtlSeconds: 'lowTtlSeconds' in traffic ? traffic.lowTtlSeconds : null,
  rungs: ('steps' in traffic ? traffic.steps : ALL_OR_NOTHING).map(weightsOf),
  waitMs: traffic.waitMs,
});

/** True where users reach nothing but the source: the only state a ladder may begin in. */
export const isAtSource = ({ source, target }: Weights): boolean => source > 0 && target === 0;

/** A rung is watched at least until nobody remembers the answers of the rung below. */
const watchedUntilMs = (plan: LadderPlan, at: LadderPosition): number =>
  (at.reachedAtMs ?? 0) + Math.max(plan.waitMs, (at.ttlSeconds ?? 0) * 1_000);

/**
 * What to do next on the way up. The TTL first, then nothing until the old one is out, then a rung at a time, each watched; `kept`
 * says whether the present rung keeps its thresholds so far.
 */
export const nextMove = (plan: LadderPlan, at: LadderPosition, nowMs: number, kept: boolean): LadderMove => {
  if (at.rung > 0 && !kept) return { kind: 'step-down', rung: at.rung - 1 };
  if (plan.lowTtlSeconds !== null && at.ttlSeconds !== null && at.ttlSeconds > plan.lowTtlSeconds)
    return { kind: 'lower-ttl', ttlSeconds: plan.lowTtlSeconds };
  if (at.rung === 0 && at.staleUntilMs !== null && nowMs < at.staleUntilMs)
    return { kind: 'wait', untilMs: at.staleUntilMs };
  const watched = watchedUntilMs(plan, at);
  if (at.rung > 0 && nowMs < watched) return { kind: 'watch', untilMs: watched };
  const weights = plan.rungs[at.rung];
  return weights === undefined ? { kind: 'arrived' } : { kind: 'climb', rung: at.rung + 1, weights };
};

const shareOf = ({ source, target }: Weights): number => target / (source + target);

/**
 * Which side is written first where each is written by itself, so that in between at least one side is served and the target's
 * share lies between those before and after.
 */
export const writeOrder = (
  from: Weights,
  to: Weights,
): readonly ['source' | 'target', 'source' | 'target'] => {
  const between: Weights = { source: to.source, target: from.target };
  const isServed = between.source + between.target > 0;
  const low = Math.min(shareOf(from), shareOf(to));
  const high = Math.max(shareOf(from), shareOf(to));
  const isBetween = isServed && shareOf(between) >= low && shareOf(between) <= high;
  return isBetween ? ['source', 'target'] : ['target', 'source'];
};
