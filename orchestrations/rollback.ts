import type { Evidence, StepName } from '../shared/contracts/step';
import type { Durable, Workflow } from './durable';
import { gate } from './gate';
import { call, startRun, isLong, type Run } from './run';
import { stepWork, type StageOutcome } from './stage-work';

export interface RollbackInput {
  readonly cutoverId: string;
}

const VERIFY = 'verify-rollback';

/**
 * The way back: undoes what was begun, newest first, then verifies the source against the state before (R56). Traffic returns
 * before the target stops and the target stops before the source opens, so that never both sides take writes. What is left to
 * undo comes from the store: it may start afresh, or run again, at any point.
 */
export function* rollback(durable: Durable, input: RollbackInput): Workflow<void> {
  const run = startRun(durable);
  const { cutoverId } = input;
  const { compensations, kind } = yield* call(run, 'beginTurningBack', { cutoverId });
  for (const { stage, step } of compensations) {
    const evidence = yield* insist(run, cutoverId, stage, step);
    if (evidence === 'fresh') return durable.continueAsNew(input);
    yield* call(run, 'endCompensation', { cutoverId, stage, evidence });
  }
  const verified = yield* insist(run, cutoverId, VERIFY, 'verifyRollback');
  if (verified === 'fresh') return durable.continueAsNew(input);
  const leftOpen = verified.source.startsWith('skipped:');
  yield* call(run, 'recordTurningBack', {
    cutoverId,
    kind: leftOpen ? 'rollback.left-open' : 'rollback.verified',
    evidence: verified,
  });
  const status = leftOpen ? 'rollback-failed' : kind === 'cancel' ? 'cancelled' : 'rolled-back';
  yield* call(run, 'endCutover', { cutoverId, status });
}

/** Performs a step of the way back until it is done, or until a person takes it over with a reason. */
function* insist(run: Run, cutoverId: string, stage: string, step: StepName): Workflow<Evidence | 'fresh'> {
  for (let attempt = 1; ; attempt += 1) {
    if (isLong(run)) return 'fresh';
    const outcome = yield* stepWork(run, cutoverId, `undo-${stage}`, attempt, step);
    if (outcome.kind === 'done') return outcome.evidence;
    if (outcome.kind === 'interrupted') {
      yield* call(run, 'takeCommands', { cutoverId });
      attempt -= 1;
      continue;
    }
    const takenOver = yield* askForHelp(run, cutoverId, stage, attempt, outcome);
    if (takenOver) return takenOver;
  }
}

/** A failed compensation is nobody's to leave out silently: someone retries it, or states that they did it by hand. */
function* askForHelp(
  run: Run,
  cutoverId: string,
  stage: string,
  attempt: number,
  failed: Extract<StageOutcome, { kind: 'failed' }>,
): Workflow<Evidence | null> {
  yield* call(run, 'recordTurningBack', {
    cutoverId,
    kind: 'rollback.step-failed',
    evidence: {
      source: 'causeway',
      summary: `Undoing ${stage} failed: ${failed.reason}`.slice(0, 2_000),
      facts: failed.facts ?? {},
    },
  });
  const outcome = yield* gate(run, {
    subject: `cutover:${cutoverId}`,
    gate: 'stage-failed',
    stage: `undo-${stage}`,
    attempt,
    question:
      `Undoing ${stage} failed: ${failed.reason}. Retry, or do it by hand as the rollback plan says and skip.`.slice(
        0,
        4_000,
      ),
    choices: ['retry', 'skip'],
    roles: ['operator', 'lead'],
    quorum: 'any',
  });
  if (outcome.kind !== 'closed' || outcome.outcome !== 'skip') return null;
  return { source: `skipped:${outcome.by}`.slice(0, 200), summary: outcome.reason, facts: {} };
}
