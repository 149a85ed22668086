import type { Evidence, StepName } from '../shared/contracts/step';
import type { Durable, Workflow } from './durable';
import { gate } from './gate';
import { call, startRun, isLong, type Run } from './run';
import { stepWork, type StageOutcome } from './stage-work';

export interface RollbackInput {
  readonly cutoverId: string;
  /** Where an earlier execution of this rollback stopped: the attempt's question may still be open. Absent at the beginning. */
  readonly resume?: { readonly stage: string; readonly attempt: number };
}

type Insisted =
  | { readonly kind: 'done'; readonly evidence: Evidence }
  /** This execution has grown long: start afresh with that attempt. */
  | { readonly kind: 'fresh'; readonly attempt: number };

const VERIFY = 'verify-rollback';

/**
 * The way back: undoes what was begun, newest first, then verifies the source against the state before (R56). Traffic returns
 * before the target stops and the target stops before the source opens, so that never both sides take writes. What is left to
 * undo comes from the store: it may start afresh, or run again, at any point. Where nothing was touched there is nothing to verify.
 */
export function* rollback(durable: Durable, input: RollbackInput): Workflow<void> {
  const run = startRun(durable);
  const { cutoverId } = input;
  const { compensations, kind, touched } = yield* call(run, 'beginTurningBack', { cutoverId });
  for (const { stage, step } of compensations) {
    const undone = yield* insist(run, input, stage, step);
    if (undone.kind === 'fresh') return startAfresh(durable, input, stage, undone.attempt);
    yield* call(run, 'endCompensation', { cutoverId, stage, evidence: undone.evidence });
  }
  // Absent in histories of before it was told: those verify.
  if (touched === false) {
    yield* call(run, 'endCutover', { cutoverId, status: endOf(kind) });
    return;
  }
  const verification = yield* insist(run, input, VERIFY, 'verifyRollback');
  if (verification.kind === 'fresh') return startAfresh(durable, input, VERIFY, verification.attempt);
  const verified = verification.evidence;
  const leftOpen = verified.source.startsWith('skipped:');
  yield* call(run, 'recordTurningBack', {
    cutoverId,
    key: VERIFY,
    kind: leftOpen ? 'rollback.left-open' : 'rollback.verified',
    evidence: verified,
  });
  yield* call(run, 'endCutover', { cutoverId, status: leftOpen ? 'rollback-failed' : endOf(kind) });
}

const endOf = (kind: 'cancel' | 'rollback') => (kind === 'cancel' ? 'cancelled' : 'rolled-back');

const startAfresh = (durable: Durable, input: RollbackInput, stage: string, attempt: number): void =>
  durable.continueAsNew({ ...input, resume: { stage, attempt } });

/** Performs a step of the way back until it is done, or until a person takes it over with a reason. */
function* insist(run: Run, input: RollbackInput, stage: string, step: StepName): Workflow<Insisted> {
  const { cutoverId, resume } = input;
  let attempt = resume?.stage === stage ? resume.attempt : 1;
  for (;;) {
    if (isLong(run)) return { kind: 'fresh', attempt };
    const outcome = yield* stepWork(run, cutoverId, `undo-${stage}`, attempt, step);
    if (outcome.kind === 'done') return outcome;
    if (outcome.kind === 'interrupted') {
      yield* call(run, 'takeCommands', { cutoverId });
      continue;
    }
    const help = yield* askForHelp(run, cutoverId, stage, attempt, outcome);
    if (help === 'retry') attempt += 1;
    else if (help !== 'interrupted') return { kind: 'done', evidence: help };
  }
}

/** A failed compensation is nobody's to leave out silently: someone retries it, or states that they did it by hand. */
function* askForHelp(
  run: Run,
  cutoverId: string,
  stage: string,
  attempt: number,
  failed: Extract<StageOutcome, { kind: 'failed' }>,
): Workflow<Evidence | 'retry' | 'interrupted'> {
  yield* call(run, 'recordTurningBack', {
    cutoverId,
    key: `${stage}.${attempt}`,
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
  if (outcome.kind === 'interrupted') return 'interrupted';
  if (outcome.outcome !== 'skip') return 'retry';
  return { source: `skipped:${outcome.by}`.slice(0, 200), summary: outcome.reason, facts: {} };
}
