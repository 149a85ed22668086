import type { RunbookRun } from '../../contracts/records';
import type { ExecutionState } from '../../contracts/runbook';
import type { Runbook } from '../../ports/runbook';
import { mayStillCome } from './find-or-start';
import type { RunbookMemory } from './runbook-memory';

export type Stopped =
  | { readonly kind: 'over'; readonly summary: string }
  | { readonly kind: 'pending'; readonly retryAfterMs: number; readonly detail: string }
  | { readonly kind: 'failed'; readonly code: string; readonly reason: string };

const OVER: readonly ExecutionState[] = ['Completed', 'Cancelled', 'Failed'];

/** Cancels the run for good and waits until it is over. A run that was never begun is over; one that may still come is waited for. */
export const cancelRun = async (runbook: Runbook, memory: RunbookMemory, nowMs: number): Promise<Stopped> => {
  const run = await memory.read();
  if (!run) return { kind: 'over', summary: 'the runbook was never started' };
  const runId = run.runId ?? (await lostRun(runbook, run));
  if (runId === null && mayStillCome(run, nowMs))
    return { kind: 'pending', retryAfterMs: runbook.pollMs, detail: 'asked to start; no run is listed yet' };
  if (runId === null) return { kind: 'over', summary: 'the runbook was never started' };
  const { state, steps } = await runbook.state(runId);
  if (OVER.includes(state)) return { kind: 'over', summary: `run ${runId} is ${state}` };
  const wait = { kind: 'pending', retryAfterMs: runbook.pollMs, detail: `run ${runId} is ${state}` } as const;
  if (state === 'Cancelling') return wait;
  const acted = await runbook.perform(runId, 'cancel');
  if (acted.kind === 'accepted') return wait;
  if (acted.kind === 'idle') {
    const made = steps.filter((step) => step.state === 'Succeeded').map((step) => step.name);
    return { kind: 'over', summary: `nothing of run ${runId} is under way; made: ${made.join(', ')}` };
  }
  const reason = `run ${runId} is ${state} and was not cancelled: ${acted.reason}`;
  return { kind: 'failed', code: 'runbook-not-cancelled', reason };
};

/** The run of a start whose answer was lost. */
const lostRun = async (runbook: Runbook, { before }: RunbookRun): Promise<string | null> =>
  (await runbook.runs()).find((id) => !before.includes(id)) ?? null;

/** Has the run stand still with its cutover; no-op where it does, has ended or never began. What came of it goes into the log. */
export const pauseRun = async (runbook: Runbook, memory: RunbookMemory): Promise<void> => {
  const known = await memory.read();
  if (!known?.runId || known.paused) return;
  const { runId } = known;
  const { state } = await runbook.state(runId);
  if (OVER.includes(state) || state === 'Cancelling') return;
  const acted = state === 'Paused' ? ({ kind: 'accepted' } as const) : await runbook.perform(runId, 'pause');
  await memory.change((run) => {
    if (run?.runId !== runId || run.paused) return null;
    const refused = acted.kind !== 'accepted';
    const why = acted.kind === 'refused' ? acted.reason : 'it has no pause';
    const summary = refused
      ? `${run.id}: run ${runId} goes on while the cutover stands still: ${why}`
      : `${run.id}: paused run ${runId} with its cutover`;
    const kind = refused ? 'runbook.failed' : 'runbook.asked';
    return { run: { ...run, paused: !refused }, entry: { kind, summary, facts: { assetId: run.id, runId } } };
  });
};
