import type { RunbookRun } from '../../contracts/records';
import type { DriveContext, Driven, DriveInput } from './drive-context';
import type { RunbookMemory } from './runbook-memory';

type Begun = { readonly kind: 'running'; readonly runId: string; readonly run: RunbookRun } | Driven;

/**
 * The asset's run, begun where there is none. The runs there were before are remembered first: where the answer to a start was lost,
 * the one run that is new is ours. Several new ones are a person's to sort out.
 */
export const findOrStart = async (
  { runbook, memory }: DriveContext,
  { assetId }: DriveInput,
): Promise<Begun> => {
  const known = await memory.read();
  if (known?.runId) return { kind: 'running', runId: known.runId, run: known };
  const runs = await runbook.runs();
  const intended = known ?? (await intend(memory, assetId, runs));
  const unknown = runs.filter((id) => !intended.before.includes(id));
  if (unknown.length > 1) {
    const reason = `the service lists ${unknown.length} runs that nobody here knows: ${unknown.join(', ').slice(0, 500)}`;
    return { kind: 'failed', code: 'runbook-runs-unclear', reason };
  }
  const [lost] = unknown;
  if (lost !== undefined) return adopt(memory, assetId, lost, 'found the run whose start was not answered');
  const started = await runbook.start();
  if (started.kind === 'refused')
    return { kind: 'failed', code: 'runbook-not-started', reason: started.reason };
  if (started.runId === undefined)
    return { kind: 'pending', retryAfterMs: runbook.pollMs, detail: 'started; the run is not listed yet' };
  return adopt(memory, assetId, started.runId, 'started the run');
};

const intend = async (
  memory: RunbookMemory,
  assetId: string,
  runs: readonly string[],
): Promise<RunbookRun> => {
  const stored = await memory.change((run, now) => {
    if (run) return null;
    const fresh: RunbookRun = {
      id: assetId,
      before: [...runs],
      runId: null,
      beganAt: now,
      paused: false,
      steps: {},
      actedAt: {},
      failedIn: null,
    };
    const summary = `${assetId}: about to start the runbook; it has had ${runs.length} runs`;
    return { run: fresh, entry: { kind: 'runbook.asked', summary, facts: { assetId } } };
  });
  if (!stored) throw new Error(`the run of ${assetId} was not stored`);
  return stored;
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
