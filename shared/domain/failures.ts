import type { Cutover } from '../contracts/cutover';
import type { FailureAnswer } from '../contracts/gate';
import { passedPointOfNoReturn } from './point-of-no-return';

/** The stages a retry runs again: those from `retryFrom` on, for a check whose finding an earlier stage repairs. */
const stagesToRepeat = (cutover: Cutover, stageName: string): ReadonlySet<string> => {
  const names = cutover.itinerary.stages.map((stage) => stage.name);
  const last = names.indexOf(stageName);
  const first = names.indexOf(cutover.itinerary.stages[last]?.retryFrom ?? stageName);
  return new Set(names.slice(Math.min(first, last), last + 1));
};

/** True where a stage has compared databases and found rows that differ. */
export const hasRowsToResend = (cutover: Cutover, stageName: string): boolean =>
  (cutover.stages.find(({ name }) => name === stageName)?.differing ?? null) !== null;

/**
 * The cutover after the answer; unchanged where the stage is not failed any more, the cutover turns back already, or can't turn
 * back any more: then whoever answered is asked again.
 */
export const settleFailedStage = (
  cutover: Cutover,
  stageName: string,
  answer: FailureAnswer,
  by: string,
  reason: string,
): Cutover => {
  const failed = cutover.stages.find((state) => state.name === stageName);
  if (failed?.status !== 'failed' || cutover.turningBack) return cutover;
  const turns = answer === 'cancel' || answer === 'rollback';
  if (turns && passedPointOfNoReturn(cutover))
    return settleFailedStage(cutover, stageName, 'ask-again', by, reason);
  if (turns) return { ...cutover, turningBack: { kind: answer, reason: reason.slice(0, 4_000), by } };
  const repeated = answer === 'retry' ? stagesToRepeat(cutover, stageName) : new Set([stageName]);
  const stages = cutover.stages.map((state) => {
    if (!repeated.has(state.name)) return state;
    if (answer === 'ask-again') return { ...state, attempts: state.attempts + 1 };
    if (answer === 'skip') return { ...state, status: 'skipped' as const, reason };
    return {
      ...state,
      status: 'pending' as const,
      ...(answer === 'resend' ? { resend: { by, reason } } : state.resend && { resend: null }),
    };
  });
  return { ...cutover, stages };
};
