import type { RunbookExecution, RunbookStep } from '../../contracts/runbook';
import type { DriveInput } from './drive-context';
import type { RunbookMemory } from './runbook-memory';

/** More changes than this between two looks are told by their number alone beyond it. */
const TOLD_CHANGES = 100;

interface StepChange {
  readonly step: RunbookStep;
  readonly from: string;
}

/** Writes into the log what has changed about the run's steps since the last look (R133); nothing where nothing has. */
export const recordProgress = async (
  memory: RunbookMemory,
  { assetId, attemptKey }: Pick<DriveInput, 'assetId' | 'attemptKey'>,
  { runId, state, steps }: RunbookExecution,
): Promise<void> => {
  const isFailed =
    state === 'Failed' || state === 'Cancelled' || steps.some((step) => step.state === 'Failed');
  await memory.change((stored) => {
    if (!stored) return null;
    // A failure told in an earlier try, and mended in the service: the next one is a new one.
    const mended = stored.failedIn !== attemptKey && !isFailed;
    const run = mended ? { ...stored, failedIn: null } : stored;
    const changes = steps.flatMap((step): StepChange[] => {
      const from = run.steps[step.id] ?? 'NotStarted';
      return from === step.state ? [] : [{ step, from }];
    });
    if (changes.length === 0) return run.failedIn === stored.failedIn ? null : { run, entry: null };
    const told = changes.slice(0, TOLD_CHANGES);
    const words = told.map(({ step, from }) => `${step.name}: ${from} → ${step.state}`).join('; ');
    const more = changes.length > told.length ? `; and ${changes.length - told.length} more` : '';
    const facts = {
      assetId,
      runId,
      state,
      changes: told.map(({ step, from }) => ({
        stepId: step.id,
        name: step.name,
        from,
        to: step.state,
        entities: { ...step.entities },
        ...(step.detail === '' ? {} : { detail: step.detail.slice(0, 300) }),
      })),
    };
    const changed = new Set(changes.map(({ step }) => step.id));
    // What was asked of a step has had its effect once the step shows another state.
    const actedAt = Object.fromEntries(Object.entries(run.actedAt).filter(([id]) => !changed.has(id)));
    const seen = Object.fromEntries(steps.map((step) => [step.id, step.state]));
    const summary = `${assetId}: ${words}`.slice(0, 4_000 - more.length) + more;
    return { run: { ...run, steps: seen, actedAt }, entry: { kind: 'runbook.progress', summary, facts } };
  });
};
