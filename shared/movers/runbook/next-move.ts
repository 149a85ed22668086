import type { RunbookRun } from '../../contracts/records';
import type { RunbookExecution, RunbookStep } from '../../contracts/runbook';

/** How far a run may go: to the step that waits for the go, to the step that waits for the sign-off, or to its end. */
export type RunbookPhase = 'initial' | 'final' | 'finish';

/** What people decided about a step that waits for them; null: they were not asked yet, or have not answered. */
export type StepAnswer =
  | { readonly kind: 'agreed'; readonly comment: string }
  | { readonly kind: 'refused'; readonly reason: string }
  | null;

export interface Situation {
  readonly phase: RunbookPhase;
  readonly cutoverStep: string | null;
  readonly finishStep: string | null;
  readonly execution: RunbookExecution;
  readonly run: RunbookRun;
  /** Tells one try of a stage from the next. */
  readonly attemptKey: string;
  readonly nowMs: number;
  readonly answerTo: (step: RunbookStep) => StepAnswer;
}

/** What to do about a run now. */
export type RunbookMove =
  | { readonly kind: 'wait'; readonly detail: string }
  | { readonly kind: 'resume' }
  /** The run is over for good: only a new one can go on. */
  | { readonly kind: 'start-anew' }
  | { readonly kind: 'retry'; readonly steps: readonly RunbookStep[] }
  | { readonly kind: 'ask'; readonly step: RunbookStep }
  | { readonly kind: 'let-go'; readonly step: RunbookStep; readonly comment: string }
  /** The phase has nothing more to do. With doubts, a person has to accept them. */
  | { readonly kind: 'level'; readonly reason: string; readonly doubts: readonly string[] }
  | { readonly kind: 'failed'; readonly code: string; readonly reason: string };

/** A service needs a while until it shows what was asked of it. */
const SETTLING_MS = 60_000;

/**
 * Decides what a run needs next. Pure. People come before the clock: a failed step stops the stage even while others run, a step that
 * waits for a person is asked about one at a time, and the two steps that belong to go/no-go and sign-off are let go by those alone.
 */
export const nextMove = (situation: Situation): RunbookMove => {
  const { execution, run, attemptKey } = situation;
  switch (execution.state) {
    case 'Paused':
      return run.paused
        ? { kind: 'resume' }
        : { kind: 'wait', detail: 'paused in the service, not from here' };
    case 'Cancelled':
      if (run.failedIn !== null && run.failedIn !== attemptKey) return { kind: 'start-anew' };
      return { kind: 'failed', code: 'runbook-cancelled', reason: 'the run was cancelled in the service' };
    case 'Completed':
      return ended(situation);
    case 'Failed':
    case 'InProgress':
      return underWay(situation);
    default:
      return { kind: 'wait', detail: `the run is ${execution.state}` };
  }
};

const named = ({ id, name }: RunbookStep): string => (name === id ? name : `${name} (${id})`);

/** Whether something was asked of the step so recently that what it shows may be older. */
const isSettling = ({ run, nowMs }: Situation, step: RunbookStep): boolean => {
  const actedAt = run.actedAt[step.id];
  return (
    actedAt !== undefined && nowMs - Date.parse(actedAt) < SETTLING_MS && run.steps[step.id] === step.state
  );
};

const underWay = (situation: Situation): RunbookMove => {
  const { execution } = situation;
  const failed = execution.steps.filter((step) => step.state === 'Failed' && !isSettling(situation, step));
  if (failed.length > 0) return aboutFailures(situation, failed);
  const settling = execution.steps.find((step) => isSettling(situation, step));
  if (execution.state === 'Failed' && !settling) return aboutFailures(situation, []);
  const passed = passedWithoutUs(situation);
  if (passed) return passed;
  return aboutWaiting(situation);
};

const aboutFailures = ({ run, attemptKey }: Situation, failed: readonly RunbookStep[]): RunbookMove => {
  const toldBefore = run.failedIn !== null && run.failedIn !== attemptKey;
  if (toldBefore) return failed.length > 0 ? { kind: 'retry', steps: failed } : { kind: 'start-anew' };
  const steps = failed.map((step) => `${named(step)}${step.detail === '' ? '' : `: ${step.detail}`}`);
  const reason = steps.length > 0 ? `failed: ${steps.join('; ')}` : 'the run failed without naming a step';
  return { kind: 'failed', code: 'runbook-step-failed', reason };
};

/** Somebody let the cutover step go in the service before it was decided here. */
const passedWithoutUs = ({ phase, cutoverStep, execution }: Situation): RunbookMove | null => {
  const step = execution.steps.find(({ id }) => id === cutoverStep);
  if (phase !== 'initial' || !step || ['NotStarted', 'Queued', 'AwaitingUserAction'].includes(step.state))
    return null;
  const doubt = `step ${named(step)} is ${step.state}: it was let go in the service before the go/no-go here`;
  return { kind: 'level', reason: doubt, doubts: [doubt] };
};

const aboutWaiting = (situation: Situation): RunbookMove => {
  const { phase, cutoverStep, finishStep, execution } = situation;
  const waiting = execution.steps.filter((step) => step.state === 'AwaitingUserAction');
  const boundary = phase === 'initial' ? cutoverStep : phase === 'final' ? finishStep : null;
  const others = waiting.filter((step) => step.id !== boundary && !isSettling(situation, step));
  for (const step of others) {
    const answer = situation.answerTo(step);
    if (answer === null) return { kind: 'ask', step };
    if (answer.kind === 'agreed') return { kind: 'let-go', step, comment: answer.comment };
    return { kind: 'failed', code: 'rejected', reason: `${named(step)}: ${answer.reason}` };
  }
  const reached = waiting.find((step) => step.id === boundary);
  const busy = execution.steps.filter((step) => step.state === 'InProgress').map(named);
  if (reached && busy.length === 0)
    return { kind: 'level', reason: `the run stands at ${named(reached)}`, doubts: [] };
  return { kind: 'wait', detail: busy.length > 0 ? `at work: ${busy.join(', ')}` : 'the run is in progress' };
};

const CLEAN: readonly string[] = ['Succeeded', 'Completed'];

const ended = (situation: Situation): RunbookMove => {
  const passed = passedWithoutUs(situation);
  const { steps } = situation.execution;
  const doubts = steps
    .filter((step) => !CLEAN.includes(step.state))
    .map((step) => `${named(step)} is ${step.state}`);
  if (passed?.kind === 'level') doubts.unshift(passed.reason);
  return { kind: 'level', reason: `the run is Completed, ${steps.length} steps`, doubts };
};
