import type { TrafficLadder } from '../../../shared/contracts/records';
import type { Evidence, StepResult } from '../../../shared/contracts/step';
import type { Traffic } from '../../../shared/contracts/traffic';
import { isAtSource, type LadderMove, type LadderPosition } from '../../../shared/domain/traffic-ladder';
import type { Stored } from '../../../shared/ports/store';
import type { TrafficReading, TrafficSwitch } from '../../../shared/ports/traffic-switch';
import { failed, type StepContext } from '../step';
import { applyIntent, carryOut, inspectTraffic, type Applied } from './apply-intent';
import { beginLadder } from './keep-ladder';

/** Not there yet, or not at all: hand this back. */
export interface Stopped {
  readonly kind: 'stopped';
  readonly result: StepResult;
}

/** A switch, what it says, and where on its ladder the cutover stands. */
export interface OnLadder {
  readonly traffic: TrafficSwitch;
  readonly stored: Stored<TrafficLadder>;
  readonly reading: TrafficReading;
}

type Mounted = { readonly kind: 'mounted'; readonly at: OnLadder } | Stopped;

export const stopped = (result: StepResult): Stopped => ({ kind: 'stopped', result });

export const pending = (retryAfterMs: number, detail: string) =>
  stopped({
    kind: 'pending',
    retryAfterMs: Math.max(0, Math.ceil(retryAfterMs)),
    detail: detail.slice(0, 500),
  });

export const nowMs = ({ services }: StepContext): number => services.clock.now().getTime();

/** Pending until nobody can remember an answer with the old TTL. */
export const waitOutTtl = (context: StepContext, untilMs: number) =>
  pending(untilMs - nowMs(context), 'answers with the old TTL are still remembered');

/** Finds where the ladder stands, finishing what an earlier call could not; begins it where there is none. */
export const mountLadder = async (context: StepContext, described: Traffic): Promise<Mounted> => {
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

export const positionOf = ({ rung, ttlSeconds, staleUntil, reachedAt }: TrafficLadder): LadderPosition => ({
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

/** A move that writes. */
type Making = Extract<LadderMove, { kind: 'lower-ttl' | 'climb' }>;

export const makeMove = (
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
