import type { Activities, GateQuestion, Tended } from './activities';
import type { Workflow } from './durable';
import { call, isLong, waitForWake, type Run } from './run';

/** Codes of a stage that failed by what people answered, or by nobody answering in time. */
export const REJECTED = 'rejected';
export const GATE_EXPIRED = 'gate-expired';

export type GateOutcome = Exclude<Tended, { kind: 'open' }>;

/**
 * Asks people and waits, for weeks if need be: reminders, escalation and expiry happen at the instants the gate names.
 * `interrupted` where commands wait or this execution has grown long; the same question asked again is the same gate.
 */
export function* gate(run: Run, question: GateQuestion): Workflow<GateOutcome> {
  const { gateId } = yield* call(run, 'openGate', question);
  for (;;) {
    const input: Activities['tendGate']['input'] = { subject: question.subject, gateId };
    const tended = yield* call(run, 'tendGate', input);
    if (tended.kind !== 'open') return tended;
    if (isLong(run)) return { kind: 'interrupted' };
    yield* waitForWake(run, tended.untilMs);
  }
}
