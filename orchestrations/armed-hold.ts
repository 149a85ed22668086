import type { WorkOrder } from '../shared/contracts/step';
import type { GateQuestion, Tended } from './activities';
import type { Workflow } from './durable';
import { attempt } from './perform';
import { call, isLong, waitForWake, wasWoken, type Run } from './run';

export type Held = Exclude<Tended, { kind: 'open' }> | { kind: 'failed'; code: string; reason: string };

/**
 * Asks people and goes on watching until they have answered, for as long as they need: what was brought level before stays level
 * meanwhile, and what they decide on is looked at again and again (R67 R109). Where watching fails the hold ends, whatever they
 * would have said. `interrupted` as at any gate.
 */
export function* armedHold(run: Run, question: GateQuestion, watch: WorkOrder): Workflow<Held> {
  const { subject } = question;
  const { gateId } = yield* call(run, 'openGate', question);
  for (;;) {
    wasWoken(run);
    const tended = yield* call(run, 'tendGate', { subject, gateId });
    if (tended.kind !== 'open') return tended;
    if (isLong(run)) return { kind: 'interrupted' };
    const watched = yield* attempt(run, watch);
    if (wasWoken(run)) continue;
    switch (watched.kind) {
      case 'failed':
      case 'refused':
        return { ...watched, kind: 'failed' };
      case 'interrupted':
        return watched;
      case 'pending':
        yield* waitForWake(run, Math.min(tended.untilMs, watched.untilMs ?? run.durable.nowMs()));
        continue;
      default:
        yield* waitForWake(run, tended.untilMs);
    }
  }
}
