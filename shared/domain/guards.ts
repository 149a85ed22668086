import type { Cutover } from '../contracts/cutover';
import type { GuardName } from '../contracts/itinerary';
import type { Wave } from '../contracts/wave';

export interface GuardFacts {
  /** ISO instant in UTC. */
  readonly now: string;
  readonly wave: Wave;
  /** Absent where a whole wave is asked about: guards over a cutover then agree. */
  readonly cutover?: Cutover;
}

/** Why a guard says no, and when asking again could help; null where only a person can change it. */
export interface GuardRefusal {
  readonly code: string;
  readonly reason: string;
  readonly recheckAt: string | null;
}

type Guard = (facts: GuardFacts) => GuardRefusal | null;

const refuse = (code: string, reason: string, recheckAt: string | null = null): GuardRefusal => ({
  code,
  reason,
  recheckAt,
});

/** R43: inside the half-open window. */
const window: Guard = ({ now, wave }) => {
  if (now < wave.window.start)
    return refuse('window-not-open', `the window opens at ${wave.window.start}`, wave.window.start);
  if (now >= wave.window.end) return refuse('window-closed', `the window closed at ${wave.window.end}`);
  return null;
};

/** R40 R44: outside every blackout. */
const blackout: Guard = ({ now, wave }) => {
  const inForce = wave.blackouts.find((period) => period.start <= now && now < period.end);
  if (!inForce) return null;
  return refuse('blackout', `blackout until ${inForce.end}: ${inForce.reason}`, inForce.end);
};

const changeTicket: Guard = ({ wave }) => {
  if (wave.changeTicket === null || wave.ticketState === 'approved') return null;
  return refuse('change-ticket', `change ${wave.changeTicket} is ${wave.ticketState}, not approved`);
};

/** R63: what runs is what was approved. */
const planHash: Guard = ({ wave, cutover }) => {
  if (wave.approvedPlanHash === null) return refuse('plan-not-approved', 'nobody has approved the plan');
  if (wave.planHash !== wave.approvedPlanHash)
    return refuse('plan-changed', 'the plan changed after it was approved: it needs approval again');
  if (cutover && cutover.planHash !== wave.approvedPlanHash)
    return refuse('plan-changed', 'this cutover was made for another version of the plan');
  return null;
};

/** The window still holds the way back (R61); what the outage itself needs is part of the same estimate's margin. */
const rollbackFits: Guard = ({ now, wave, cutover }) => {
  const neededMs = cutover?.workload.rollbackEstimateMs ?? 0;
  const leftMs = Date.parse(wave.window.end) - Date.parse(now);
  if (leftMs >= neededMs) return null;
  return refuse(
    'rollback-does-not-fit',
    `a rollback takes ${Math.ceil(neededMs / 1_000)} s and the window has ${Math.max(0, Math.floor(leftMs / 1_000))} s left`,
  );
};

/** Whoever holds a wave holds what has not stopped its source yet; once it has, going on is the safer way. */
const waveReleased: Guard = ({ wave }) =>
  wave.holdReason === null ? null : refuse('wave-held', `the wave is held: ${wave.holdReason}`);

const guards: Readonly<Record<GuardName, Guard>> = {
  window,
  blackout,
  changeTicket,
  planHash,
  rollbackFits,
  waveReleased,
};

/** The first refusal among the named guards, in their order; null where all agree. */
export const checkGuards = (names: readonly GuardName[], facts: GuardFacts): GuardRefusal | null => {
  for (const name of names) {
    const refusal = guards[name](facts);
    if (refusal) return refusal;
  }
  return null;
};
