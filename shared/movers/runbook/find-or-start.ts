import type { RunbookRun } from '../../contracts/records';
import type { DriveContext, Driven, DriveInput } from './drive-context';
import type { RunbookMemory } from './runbook-memory';

type Begun = { readonly kind: 'running'; readonly runId: string; readonly run: RunbookRun } | Driven;

/**
 * The asset's run, begun where there is none. The runs there were before are remembered first: where the answer to a start was lost,
 * the one run that is new is ours. Several new ones are a person's to sort out. None is asked for again while the one before may
 * still come.
 */
export const findOrStart = async (
  { runbook, memory, nowMs }: DriveContext,
  { assetId }: DriveInput,
): Promise<Begun> => {
  const known = await memory.read();
  if (known?.runId) return { kind: 'running', runId: known.runId, run: known };
  const runs = await runbook.runs();
  const unknown = known === null ? [] : runs.filter((id) => !known.before.includes(id));
  if (unknown.length > 1) {
    const reason = `the service lists ${unknown.length} runs that nobody here knows: ${unknown.join(', ').slice(0, 500)}`;
    return { kind: 'failed', code: 'runbook-runs-unclear', reason };
  }
  const [lost] = unknown;
  if (lost !== undefined) return adopt(memory, assetId, lost, 'found the run whose start was not answered');
  if (known !== null && mayStillCome(known, nowMs()))
    return { kind: 'pending', retryAfterMs: runbook.pollMs, detail: 'asked to start; no run is listed yet' };
  await intend(memory, assetId, runs);
  const started = await runbook.start();
  if (started.kind === 'refused') {
    await memory.change((run) => run && { run: { ...run, askedAt: null }, entry: null });
    return { kind: 'failed', code: 'runbook-not-started', reason: started.reason };
  }
  if (started.runId === undefined)
    return { kind: 'pending', retryAfterMs: runbook.pollMs, detail: 'started; the run is not listed yet' };
  return adopt(memory, assetId, started.runId, 'started the run');
};

/** A service lists a run some time after it was asked for it. */
const LISTED_WITHIN_MS = 60_000;

/** Whether a run was asked for so recently that one which is not listed may still be on its way. */
export const mayStillCome = ({ askedAt }: RunbookRun, nowMs: number): boolean =>
  askedAt != null && nowMs - Date.parse(askedAt) < LISTED_WITHIN_MS;

/** Remembers that a run is about to be asked for, and at the first time which ones there were before. */
const intend = async (memory: RunbookMemory, assetId: string, runs: readonly string[]): Promise<void> => {
  const stored = await memory.change((run, now) => {
    if (run) return { run: { ...run, askedAt: now }, entry: null };
    const fresh: RunbookRun = {
      id: assetId,
      before: [...runs],
      runId: null,
      beganAt: now,
      askedAt: now,
      paused: false,
      steps: {},
      actedAt: {},
      failedIn: null,
    };
    const summary = `${assetId}: about to start the runbook; it has had ${runs.length} runs`;
    return { run: fresh, entry: { kind: 'runbook.asked', summary, facts: { assetId } } };
  });
  if (!stored) throw new Error(`the run of ${assetId} was not stored`);
};

const adopt = async (memory: RunbookMemory, assetId: string, runId: string, what: string): Promise<Begun> => {
  const run = await memory.change((stored) => {
    if (!stored || stored.runId !== null) return null;
    const summary = `${assetId}: ${what} ${runId}`;
    return {
      run: { ...stored, runId },
      entry: { kind: 'runbook.started', summary, facts: { assetId, runId } },
    };
  });
  if (!run?.runId) throw new Error(`run ${runId} of ${assetId} was not stored`);
  return { kind: 'running', runId: run.runId, run };
};
