import type { Choice, Decision, Gate, GateAnswerInput } from '../contracts/gate';
import type { Principal, Role } from '../contracts/principal';

export type AnswerVerdict =
  | { readonly kind: 'answered'; readonly gate: Gate }
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string };

const refused = (code: string, reason: string): AnswerVerdict => ({ kind: 'refused', code, reason });

const later = (instant: string, ms: number): string => new Date(Date.parse(instant) + ms).toISOString();

/** From when a gate's times count: its opening, moved on by what its clock stood still. */
const clockStart = (gate: Gate): string => later(gate.openedAt, gate.extendedMs);

const expiryOf = (gate: Gate): string => later(clockStart(gate), gate.timing.expireAfterMs);

/** The gate with its clock moved on by the time its cutover has stood still since. */
export const afterStandstill = (gate: Gate, stoppedAt: string, now: string): Gate => ({
  ...gate,
  extendedMs: gate.extendedMs + Math.max(0, Date.parse(now) - Date.parse(laterOf(stoppedAt, gate.openedAt))),
});

const laterOf = (a: string, b: string): string => (a > b ? a : b);

/** Choices that let the work go on; every other choice ends a gate at once, whatever the quorum. */
const AGREEING: ReadonlySet<Choice> = new Set(['approve', 'confirm']);

/** Approvals need a second pair of eyes: whoever asked may not answer them (separation of duties, R64). */
const needsSecondPerson = (gate: Gate): boolean => gate.choices.includes('approve');

const openRoles = (gate: Gate): Role[] =>
  gate.roles.filter((role) => !gate.decisions.some((decision) => decision.role === role));

const outcomeOf = (gate: Gate, choice: Choice): Choice | null => {
  if (!AGREEING.has(choice) || gate.quorum === 'any') return choice;
  return openRoles(gate).length === 0 ? choice : null;
};

const refusalOf = (
  gate: Gate,
  principal: Principal,
  answer: GateAnswerInput,
  now: string,
): AnswerVerdict | null => {
  if (gate.status !== 'open') return refused('gate-closed', `the gate is ${gate.status}`);
  if (now >= expiryOf(gate)) return refused('gate-closed', `the gate expired at ${expiryOf(gate)}`);
  if (!gate.choices.includes(answer.choice))
    return refused('choice-unknown', `choose one of ${gate.choices.join(', ')}`);
  if (!gate.roles.some((role) => principal.roles.includes(role)))
    return refused('role-missing', `needs one of the roles ${gate.roles.join(', ')}`);
  if (needsSecondPerson(gate) && gate.requestedBy === principal.name)
    return refused('own-request', 'whoever asked for it may not decide it');
  if (gate.planHash !== null && answer.planHash !== gate.planHash)
    return refused(
      'plan-changed',
      `the plan's hash is ${gate.planHash}: look at it and answer with that hash`,
    );
  if (answer.choice === 'confirm' && !answer.evidence)
    return refused('evidence-missing', 'state what you saw or where it is kept');
  return null;
};

/**
 * Adds a person's answer. One answer settles every role that the person holds and the gate still asks for. A person's last answer
 * repeated changes nothing, also once the gate is closed, unless they speak for a further role by now.
 */
export const answerGate = (
  gate: Gate,
  principal: Principal,
  answer: GateAnswerInput,
  now: string,
): AnswerVerdict => {
  const last = gate.decisions.findLast((decision) => decision.by === principal.name);
  const roles = openRoles(gate).filter((role) => principal.roles.includes(role));
  if (last?.choice === answer.choice && (gate.status !== 'open' || roles.length === 0))
    return { kind: 'answered', gate };
  const refusal = refusalOf(gate, principal, answer, now);
  if (refusal) return refusal;
  if (roles.length === 0) return refused('answered-already', 'your roles have answered already');
  const byName = principal.displayName === undefined ? {} : { byName: principal.displayName };
  const decisions: Decision[] = roles.map((role) => ({
    ...answer,
    by: principal.name,
    ...byName,
    role,
    at: now,
  }));
  const answered: Gate = { ...gate, decisions: [...gate.decisions, ...decisions] };
  const outcome = outcomeOf(answered, answer.choice);
  if (outcome === null) return { kind: 'answered', gate: answered };
  return { kind: 'answered', gate: { ...answered, status: 'decided', outcome, closedAt: now } };
};

/** What is due at a gate by the clock alone. */
export interface Tending {
  readonly gate: Gate;
  readonly reminded: boolean;
  readonly escalated: boolean;
  /** When to look again; null once closed. */
  readonly nextAt: string | null;
}

/** Reminds, escalates and expires. A late look catches up with one reminder, not one for every interval missed. */
export const tendGate = (gate: Gate, now: string): Tending => {
  if (gate.status !== 'open') return { gate, reminded: false, escalated: false, nextAt: null };
  const { remindEveryMs, escalateAfterMs } = gate.timing;
  const start = clockStart(gate);
  const expiresAt = expiryOf(gate);
  if (now >= expiresAt)
    return {
      gate: { ...gate, status: 'expired', closedAt: now },
      reminded: false,
      escalated: false,
      nextAt: null,
    };
  const escalateAt = later(start, escalateAfterMs);
  const escalated = gate.escalatedAt === null && now >= escalateAt;
  const intervals = Math.floor((Date.parse(now) - Date.parse(start)) / remindEveryMs);
  const reminded = intervals > gate.remindersSent;
  const tended: Gate = {
    ...gate,
    remindersSent: Math.max(gate.remindersSent, intervals),
    escalatedAt: escalated ? now : gate.escalatedAt,
  };
  const remindAt = later(start, (tended.remindersSent + 1) * remindEveryMs);
  const instants = [expiresAt, remindAt, ...(tended.escalatedAt === null ? [escalateAt] : [])].sort();
  return { gate: tended, reminded, escalated, nextAt: instants[0] ?? expiresAt };
};
