import type { RunbookRun } from '../../contracts/records';
import type { RunbookExecution, RunbookStep } from '../../contracts/runbook';
import type { Acted, Idle, Runbook } from '../../ports/runbook';
import type { DriveContext, Driven, DriveInput } from './drive-context';
import { findOrStart } from './find-or-start';
import { nextMove, type RunbookMove, type StepAnswer } from './next-move';
import { recordProgress } from './record-progress';

/**
 * One look at the run of an asset's runbook, and at most one thing asked of it; begins the run where there is none. May be repeated at
 * any time: what was done is remembered, and what the service shows decides.
 */
export const driveRunbook = async (context: DriveContext, input: DriveInput): Promise<Driven> => {
  const { runbook, memory } = context;
  const begun = await findOrStart(context, input);
  if (begun.kind !== 'running') return begun;
  const execution = await runbook.state(begun.runId);
  const answers = new Map<string, StepAnswer>();
  for (const step of execution.steps)
    if (step.state === 'AwaitingUserAction') answers.set(step.id, await context.answerTo(step));
  const answerTo = (step: RunbookStep): StepAnswer => answers.get(step.id) ?? null;
  const { phase, cutoverStep, finishStep, attemptKey } = input;
  const nowMs = context.nowMs();
  const boundaries = { phase, cutoverStep, finishStep };
  const move = nextMove({ ...boundaries, execution, run: begun.run, attemptKey, nowMs, answerTo });
  await recordProgress(memory, input, execution);
  return carryOut(context, input, execution, move);
};

const carryOut = async (
  context: DriveContext,
  input: DriveInput,
  execution: RunbookExecution,
  move: RunbookMove,
): Promise<Driven> => {
  const { runbook } = context;
  const { runId } = execution;
  switch (move.kind) {
    case 'wait':
      return { kind: 'pending', retryAfterMs: runbook.pollMs, detail: move.detail };
    case 'ask':
      return move;
    case 'level':
      return { ...move, execution };
    case 'failed':
      return failedNow(context, input, move);
    case 'start-anew':
      return forget(context, input, runId);
    case 'resume': {
      const acted = await runbook.perform(runId, 'resume');
      return remember(context, input, acted, 'resume the run', [], { paused: false });
    }
    case 'retry': {
      for (const step of move.steps) {
        const acted = await runbook.retry(runId, step.id);
        // A run that is over can't go on from a step: another one has to.
        if (acted.kind === 'refused' && execution.state === 'Failed') return forget(context, input, runId);
        const done = await remember(context, input, acted, `run ${step.name} again`, [step], {});
        if (done.kind === 'failed') return done;
      }
      return again(runbook);
    }
    case 'let-go': {
      const { step, comment } = move;
      const acted =
        step.kind === 'manual'
          ? await runbook.complete(runId, step.id, comment)
          : await runbook.approve(runId, step.id, comment);
      const what = `${step.kind === 'manual' ? 'complete' : 'approve'} ${step.name}: ${comment}`;
      return remember(context, input, acted, what, [step], {});
    }
  }
};

const again = ({ pollMs }: Runbook): Driven => ({ kind: 'pending', retryAfterMs: pollMs, detail: 'asked' });

/** Notes in the log what the service was asked and what it said; a refusal fails the stage, so that people see it. */
const remember = async (
  context: DriveContext,
  input: DriveInput,
  acted: Acted | Idle,
  what: string,
  steps: readonly RunbookStep[],
  change: Partial<RunbookRun>,
): Promise<Driven> => {
  if (acted.kind !== 'accepted') {
    const said = acted.kind === 'idle' ? 'there is nothing to do' : acted.reason;
    const reason = `asked to ${what}, the service said: ${said}`;
    return failedNow(context, input, { code: 'runbook-refused', reason });
  }
  await context.memory.change((run, now) => {
    if (!run) return null;
    const actedAt = { ...run.actedAt, ...Object.fromEntries(steps.map((step) => [step.id, now])) };
    const summary = `${input.assetId}: asked to ${what}`;
    const facts = { assetId: input.assetId, runId: run.runId, steps: steps.map((step) => step.id) };
    const next = { ...run, ...change, actedAt, failedIn: steps.length > 0 ? null : run.failedIn };
    return { run: next, entry: { kind: 'runbook.asked', summary, facts } };
  });
  return again(context.runbook);
};

const failedNow = async (
  { memory }: DriveContext,
  { assetId, attemptKey }: DriveInput,
  { code, reason }: { readonly code: string; readonly reason: string },
): Promise<Driven> => {
  await memory.change((run) => {
    if (!run || run.failedIn === attemptKey) return null;
    const facts = { assetId, runId: run.runId, code };
    const entry = { kind: 'runbook.failed', summary: `${assetId}: ${reason}`, facts } as const;
    return { run: { ...run, failedIn: attemptKey }, entry };
  });
  return { kind: 'failed', code, reason };
};

/** The run is over: the next look begins another, and knows this one. */
const forget = async (context: DriveContext, { assetId }: DriveInput, runId: string): Promise<Driven> => {
  const before = await context.runbook.runs();
  await context.memory.change((run, now) => {
    if (run?.runId !== runId) return null;
    const next: RunbookRun = {
      ...run,
      before: [...before],
      runId: null,
      beganAt: now,
      askedAt: null,
      paused: false,
      steps: {},
      actedAt: {},
      failedIn: null,
    };
    const summary = `${assetId}: run ${runId} is over, another one is begun`;
    return { run: next, entry: { kind: 'runbook.asked', summary, facts: { assetId, runId } } };
  });
  return { kind: 'pending', retryAfterMs: 0, detail: 'begins another run' };
};
