import type { CommandKind } from '../contracts/command';
import { isEnded, type Cutover } from '../contracts/cutover';
import { hasRowsToResend, settleFailedStage } from './failures';
import { passedPointOfNoReturn } from './point-of-no-return';

/** A command's effect on a cutover, or why it makes no sense now. The only place where commands are decided. */
export type CommandVerdict =
  | { readonly kind: 'applied'; readonly cutover: Cutover }
  /** `final`: no command decided before it could change that. */
  | { readonly kind: 'refused'; readonly reason: string; readonly final?: boolean };

const applied = (cutover: Cutover): CommandVerdict => ({ kind: 'applied', cutover });
const refused = (reason: string): CommandVerdict => ({ kind: 'refused', reason });

/** True once users may have reached the target: from then on going back is a rollback, not a cancellation. */
export const trafficMoved = (cutover: Cutover): boolean =>
  cutover.itinerary.stages.some(
    (stage) =>
      (stage.compensation === 'restoreTraffic' || stage.compensation === 'switchBack') &&
      // Not its status: a failed redirection that waits for its retry is pending again.
      cutover.stages.some((state) => state.name === stage.name && state.attempts > 0),
  );

const failedStage = (cutover: Cutover) => {
  const state = cutover.stages.find((stage) => stage.name === cutover.stage);
  return state?.status === 'failed'
    ? cutover.itinerary.stages.find((stage) => stage.name === state.name)
    : undefined;
};

const turnBack = (
  cutover: Cutover,
  kind: 'cancel' | 'rollback',
  reason: string,
  by: string,
): CommandVerdict => {
  if (passedPointOfNoReturn(cutover)) return refused('the point of no return has passed');
  if (kind === 'cancel' && trafficMoved(cutover))
    return refused('traffic has moved: ask for a rollback instead');
  return applied({ ...cutover, turningBack: { kind, reason, by } });
};

/** Decides one command. Pure: the same cutover and command give the same verdict. */
export const decideCommand = (
  cutover: Cutover,
  kind: CommandKind,
  reason: string,
  by: string,
): CommandVerdict => {
  if (isEnded(cutover.status)) return refused(`the cutover has ended (${cutover.status})`);
  if (cutover.turningBack) return refused('the cutover is already turning back');
  switch (kind) {
    case 'pause':
      return cutover.paused ? refused('it is paused already') : applied({ ...cutover, paused: true });
    case 'resume':
      return cutover.paused ? applied({ ...cutover, paused: false }) : refused('it is not paused');
    case 'hold':
      return cutover.held
        ? refused('it is held already')
        : applied({ ...cutover, held: true, holdReason: reason });
    case 'release':
      return cutover.held
        ? applied({ ...cutover, held: false, holdReason: null })
        : refused('it is not held');
    case 'retry': {
      const stage = failedStage(cutover);
      if (!stage) return refused('no stage has failed');
      return applied(settleFailedStage(cutover, stage.name, 'retry', by, reason));
    }
    case 'resend': {
      const stage = failedStage(cutover);
      if (!stage) return refused('no stage has failed');
      if (!hasRowsToResend(cutover, stage.name))
        return refused(`stage ${stage.name} has found no rows that could be sent anew`);
      return applied(settleFailedStage(cutover, stage.name, 'resend', by, reason));
    }
    case 'skip': {
      const stage = failedStage(cutover);
      if (!stage) return refused('no stage has failed');
      if (!stage.skippable) return refused(`stage ${stage.name} must not be skipped`);
      return applied(settleFailedStage(cutover, stage.name, 'skip', by, reason));
    }
    case 'cancel':
      return turnBack(cutover, 'cancel', reason, by);
    case 'rollback':
      return turnBack(cutover, 'rollback', reason, by);
  }
};
