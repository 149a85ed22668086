import type { FailureAnswer } from '../shared/contracts/gate';
import type { Stage } from '../shared/contracts/itinerary';
import type { Begun, GateQuestion } from './activities';
import type { Workflow } from './durable';
import { gate, GATE_EXPIRED, REJECTED } from './gate';
import { call, type Run } from './run';

type Failed = Extract<Begun, { kind: 'failed' }>;

/**
 * Puts a failed stage before the people who may decide (R64 R148). Their answer takes effect where it is given. Nobody answering in
 * time turns back, since a failure must not stay open through the window; but once users are on the target it is asked again:
 * going back would abandon what they have written.
 */
export function* askAboutFailure(run: Run, cutoverId: string, stage: Stage, failed: Failed): Workflow<void> {
  const back = failed.trafficMoved ? 'rollback' : 'cancel';
  const settle = (answer: FailureAnswer, reason: string) =>
    call(run, 'settleFailure', { cutoverId, stage: stage.name, answer, by: 'causeway', reason });
  if (turnsBack(stage, failed)) {
    yield* settle(back, failed.reason);
    return;
  }
  const outcome = yield* gate(run, questionAbout(cutoverId, stage, failed, back));
  if (outcome.kind !== 'closed' || outcome.status !== 'expired') return;
  yield* settle(failed.trafficMoved ? 'ask-again' : back, `nobody decided in time: ${failed.reason}`);
}

/** What people have said, or left unsaid until it expired; anything else is trouble that they may yet mend. */
const REJECTIONS: readonly string[] = [REJECTED, GATE_EXPIRED];

const turnsBack = ({ onFailure, onRejection }: Stage, { code }: Failed): boolean =>
  onFailure === 'turn-back' ||
  (onRejection === 'turn-back' && code !== undefined && REJECTIONS.includes(code));

const questionAbout = (
  cutoverId: string,
  stage: Stage,
  failed: Failed,
  back: 'rollback' | 'cancel',
): GateQuestion => {
  const rollback = stage.onFailure === 'ask-rollback';
  const choices: GateQuestion['choices'] = [
    'retry',
    ...(failed.resendable ? (['resend'] as const) : []),
    ...(stage.skippable ? (['skip'] as const) : []),
    back,
  ];
  return {
    subject: `cutover:${cutoverId}`,
    gate: rollback ? 'rollback-decision' : 'stage-failed',
    stage: stage.name,
    attempt: failed.attempt,
    question: `${stage.title} failed: ${failed.reason}`.slice(0, 4_000),
    choices,
    roles: rollback ? ['approver', 'owner', 'lead'] : ['operator', 'lead'],
    quorum: 'any',
  };
};
