import type { WorkOrder } from '../shared/contracts/step';
import type { GateQuestion, Tended } from './activities';
import type { Workflow } from './durable';
import { attempt, STEP_ERROR } from './perform';
import { call, isLong, waitForWake, wasWoken, type Run } from './run';

export type Held = Exclude<Tended, { kind: 'open' }> | { kind: 'failed'; code: string; reason: string };

/** What is watched may be out of reach for a while: a server restarts, a vault does not answer. */
const OUT_OF_REACH_MS = 30 * 60_000;
const LOOK_AGAIN_MS = 60_000;

/**
 * Asks people and goes on watching until they have answered, for as long as they need: what was brought level before stays level
 * meanwhile, and what they decide on is looked at again and again (R67 R109). Where watching fails the hold ends, whatever they
 * would have said; trouble that may pass is waited out for half an hour. `interrupted` as at any gate.
 */
export function* armedHold(run: Run, question: GateQuestion, watch: WorkOrder): Workflow<Held> {
  const { subject } = question;
  const { gateId } = yield* call(run, 'openGate', question);
  let seenAtMs = run.durable.nowMs();
  for (;;) {
    wasWoken(run);
    const tended = yield* call(run, 'tendGate', { subject, gateId });
    if (tended.kind !== 'open') return tended;
    if (isLong(run)) return { kind: 'interrupted' };
    const watched = yield* attempt(run, watch);
    const nowMs = run.durable.nowMs();
    const isOutOfReach = watched.kind === 'failed' && watched.code === STEP_ERROR;
    if (!isOutOfReach) seenAtMs = nowMs;
    if (wasWoken(run)) continue;
    if (isOutOfReach && nowMs - seenAtMs < OUT_OF_REACH_MS) {
      yield* waitForWake(run, Math.min(tended.untilMs, nowMs + LOOK_AGAIN_MS));
      continue;
    }
    switch (watched.kind) {
      case 'failed':
      case 'refused':
        return { ...watched, kind: 'failed' };
      case 'interrupted':
        return watched;
      case 'pending':
        yield* waitForWake(run, Math.min(tended.untilMs, watched.untilMs ?? nowMs));
        continue;
      default:
        yield* waitForWake(run, tended.untilMs);
    }
  }
}
