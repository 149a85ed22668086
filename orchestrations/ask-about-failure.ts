import type { Stage } from '../shared/contracts/itinerary';
import type { Begun, FailureAnswer, GateQuestion } from './activities';
import type { Workflow } from './durable';
import { gate } from './gate';
import { call, type Run } from './run';

type Failed = Extract<Begun, { kind: 'failed' }>;

/**
 * Puts a failed stage before the people who may decide (R64 R148) and carries out what they say. Nobody answering in time turns
 * back: a failure must not stay open through the window.
 */
export function* askAboutFailure(run: Run, cutoverId: string, stage: Stage, failed: Failed): Workflow<void> {
  const back: FailureAnswer = failed.trafficMoved ? 'rollback' : 'cancel';
  const settle = (answer: FailureAnswer, by: string, reason: string) =>
    call(run, 'settleFailure', { cutoverId, stage: stage.name, answer, by, reason });
  if (stage.onFailure === 'turn-back') {
    yield* settle(back, 'causeway', failed.reason);
    return;
  }
  const outcome = yield* gate(run, questionAbout(cutoverId, stage, failed, back));
  if (outcome.kind === 'interrupted' || outcome.status === 'withdrawn') return;
  if (outcome.status === 'expired')
    yield* settle(back, 'causeway', `nobody decided in time: ${failed.reason}`);
  else yield* settle(outcome.outcome as FailureAnswer, outcome.by, outcome.reason);
}

const questionAbout = (
  cutoverId: string,
  stage: Stage,
  failed: Failed,
  back: FailureAnswer,
): GateQuestion => {
  const rollback = stage.onFailure === 'ask-rollback';
  const choices: GateQuestion['choices'] = stage.skippable ? ['retry', 'skip', back] : ['retry', back];
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
