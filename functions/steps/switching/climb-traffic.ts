import type { TrafficLadder } from '../../../shared/contracts/records';
import type { Evidence, StepResult } from '../../../shared/contracts/step';
import type { Traffic } from '../../../shared/contracts/traffic';
import {
  isAtSource,
  ladderPlan,
  nextMove,
  type LadderMove,
  type LadderPlan,
  type LadderPosition,
} from '../../../shared/domain/traffic-ladder';
import type { Stored } from '../../../shared/ports/store';
import type { TrafficReading, TrafficSwitch } from '../../../shared/ports/traffic-switch';
import { failed, type StepContext } from '../step';
import { applyIntent, carryOut, inspectTraffic, type Applied } from './apply-intent';
import { beginLadder, readLadder } from './keep-ladder';
import { watchRung, type Watched } from './watch-rung';

export type Climbed =
  | { readonly kind: 'arrived'; readonly source: string; readonly facts: Evidence['facts'] }
  /** Not there yet, or not at all: hand this back. */
  | { readonly kind: 'stopped'; readonly result: StepResult };

interface OnLadder {
  readonly traffic: TrafficSwitch;
  readonly stored: Stored<TrafficLadder>;
  readonly reading: TrafficReading;
}

type Mounted = { readonly kind: 'mounted'; readonly at: OnLadder } | Extract<Climbed, { kind: 'stopped' }>;

/** Soon enough for a first sample of a rung that was just reached. */
const FIRST_LOOK_MS = 500;

const stopped = (result: StepResult): Extract<Climbed, { kind: 'stopped' }> => ({ kind: 'stopped', result });

const pending = (retryAfterMs: number, detail: string) =>
  stopped({
    kind: 'pending',
    retryAfterMs: Math.max(0, Math.ceil(retryAfterMs)),
    detail: detail.slice(0, 500),
  });

/** Finds where the ladder stands, finishing what an earlier call could not; begins it where there is none. */
const mount = async (context: StepContext, described: Traffic): Promise<Mounted> => {
  const traffic = context.services.traffic.of(described);
  const found = await inspectTraffic(context, traffic);
  if (found.kind === 'stopped') return found;
  const { stored, reading } = found;
  if (stored?.body.intended) {
    const finished = await carryOut(context, traffic, { stored, reading });
    return finished.kind === 'stopped' ? finished : pending(0, 'finished what was begun before');
  }
  if (stored) return { kind: 'mounted', at: { traffic, stored, reading } };
  if (!isAtSource(reading.weights))
    return stopped(
      failed('traffic-not-at-source', `traffic is not where it was said to be: ${reading.summary}`),
    );
  return { kind: 'mounted', at: { traffic, stored: await beginLadder(context, reading), reading } };
};

const positionOf = ({ rung, ttlSeconds, staleUntil, reachedAt }: TrafficLadder): LadderPosition => ({
  rung,
  ttlSeconds,
  staleUntilMs: staleUntil === null ? null : Date.parse(staleUntil),
  reachedAtMs: reachedAt === null ? null : Date.parse(reachedAt),
});

export const ladderFacts = ({ rung, weights, ttlSeconds, staleUntil }: TrafficLadder): Evidence['facts'] => ({
  rung,
  weights,
  ttlSeconds,
  staleUntil,
});

/**
 * R135 R147: lowers the TTL ahead of the outage, once what is in force before is kept. Null where nothing is left to do; the old
 * TTL runs out while the data is copied.
 */
export const lowerTtl = async (context: StepContext): Promise<StepResult | null> => {
  const described = context.cutover.workload.traffic;
  if (!described) return null;
  const mounted = await mount(context, described);
  if (mounted.kind === 'stopped') return mounted.result;
  const { at } = mounted;
  const move = nextMove(ladderPlan(described), positionOf(at.stored.body), nowMs(context), true);
  if (move.kind !== 'lower-ttl') return null;
  const applied = await make(context, at, move);
  return applied.kind === 'stopped' ? applied.result : null;
};

/** Until then users would go on reaching a source that is closed. Null where nobody remembers answers with the old TTL. */
export const waitForOldTtl = async (context: StepContext): Promise<StepResult | null> => {
  const described = context.cutover.workload.traffic;
  const stored = described ? await readLadder(context) : null;
  if (!described || !stored) return null;
  const move = nextMove(ladderPlan(described), positionOf(stored.body), nowMs(context), true);
  return move.kind === 'wait' ? oldTtl(context, move.untilMs).result : null;
};

const oldTtl = (context: StepContext, untilMs: number) =>
  pending(untilMs - nowMs(context), 'answers with the old TTL are still remembered');

/**
 * R135 R136 R148: one move on the way up, then `pending`, until everybody is on the target and the last rung was watched. A rung that
 * breaks its thresholds is stepped down from before anybody is asked.
 */
export const climbTraffic = async (context: StepContext, described: Traffic): Promise<Climbed> => {
  const mounted = await mount(context, described);
  if (mounted.kind === 'stopped') return mounted;
  const { at } = mounted;
  const { broken } = at.stored.body;
  if (broken?.orderKey === context.order.key)
    return stopped(failed('thresholds-broken', broken.reason, ladderFacts(at.stored.body)));
  const plan = ladderPlan(described);
  const position = positionOf(at.stored.body);
  const ahead = nextMove(plan, position, nowMs(context), true);
  const watched = await watchRung(context, described, at.stored, at.reading, ahead);
  const here = { ...at, stored: watched.stored };
  const move = nextMove(plan, position, nowMs(context), watched.broken === null);
  return follow(context, here, plan, move, watched);
};

const follow = async (
  context: StepContext,
  at: OnLadder,
  plan: LadderPlan,
  move: LadderMove,
  { broken, nextLookMs }: Watched,
): Promise<Climbed> => {
  const { body: ladder } = at.stored;
  const where = `rung ${ladder.rung} of ${plan.rungs.length}`;
  switch (move.kind) {
    case 'step-down':
      return stepDown(context, at, plan, broken ?? '');
    case 'arrived': {
      const facts = { ...ladderFacts(ladder), samples: ladder.samples.length };
      return { kind: 'arrived', source: at.traffic.name, facts };
    }
    case 'wait':
      return oldTtl(context, move.untilMs);
    case 'watch':
      return pending(nextLookMs, `${where} keeps its thresholds`);
    case 'lower-ttl':
    case 'climb': {
      const made = await make(context, at, move);
      return made.kind === 'stopped' ? made : pending(FIRST_LOOK_MS, `past ${where}`);
    }
  }
};

const nowMs = ({ services }: StepContext): number => services.clock.now().getTime();

type Making = Extract<LadderMove, { kind: 'lower-ttl' | 'climb' }>;

const make = (
  context: StepContext,
  { traffic, stored, reading }: OnLadder,
  move: Making,
): Promise<Applied> => {
  const { rung, weights, ttlSeconds } = stored.body;
  const goal = move.kind === 'climb' ? { weights: move.weights } : { ttlSeconds: move.ttlSeconds };
  const intent = {
    rung: move.kind === 'climb' ? move.rung : rung,
    weights: move.kind === 'climb' ? move.weights : weights,
    ttlSeconds: move.kind === 'climb' ? ttlSeconds : move.ttlSeconds,
    parts: traffic.partsFor(reading, goal),
  };
  return applyIntent(context, traffic, { stored, reading }, intent);
};

/** Back to the rung below, which kept its thresholds; below the first that is what was in force before, with the TTL still low. */
const stepDown = async (
  context: StepContext,
  at: OnLadder,
  plan: LadderPlan,
  reason: string,
): Promise<Climbed> => {
  const { traffic, stored, reading } = at;
  const { rung, ttlSeconds, prior } = stored.body;
  const below = plan.rungs[rung - 2];
  const priorParts = Object.entries(prior.parts).map(
    ([name, value]) => [name, { value, version: '' }] as const,
  );
  const parts = below
    ? traffic.partsFor(reading, { weights: below })
    : traffic.partsFor(
        { ...reading, parts: Object.fromEntries(priorParts) },
        ttlSeconds === null ? {} : { ttlSeconds },
      );
  const intent = { rung: rung - 1, weights: below ?? prior.weights, ttlSeconds, parts };
  const broken = { orderKey: context.order.key, reason: `rung ${rung}: ${reason}`.slice(0, 2_000) };
  const applied = await applyIntent(context, traffic, { stored, reading }, intent, { broken });
  if (applied.kind === 'stopped') return applied;
  return stopped(
    failed(
      'thresholds-broken',
      `${broken.reason}; traffic is back on rung ${rung - 1}`,
      ladderFacts(applied.stored.body),
    ),
  );
};
