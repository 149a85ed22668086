import type { RunbookAsset } from '../../shared/contracts/runbook';
import { boundariesOf, runbookAssetsOf, runbookInWords } from '../../shared/domain/assets';
import type { Runbook } from '../../shared/ports/runbook';
import type { StepContext } from './step';

/** Which of a workload's runbooks could not be run now, or not under the gates of this cutover, and why. */
export const runbooksNotReady = async ({ services, cutover }: StepContext): Promise<string[]> => {
  const problems = await Promise.all(
    runbookAssetsOf(cutover.workload).map(async (asset) => {
      const found = await problemsOf(services.runbooks.open(asset), asset);
      return found.map((problem) => `${runbookInWords(asset)}: ${problem}`);
    }),
  );
  return problems.flat();
};

const problemsOf = async (runbook: Runbook, asset: RunbookAsset): Promise<string[]> => {
  const ready = await runbook.readiness();
  if (ready.kind === 'not-ready') return [ready.reason];
  const { cutoverStep, finishStep } = boundariesOf(asset);
  return [cutoverStep, finishStep].flatMap((id) => {
    if (id === null) return [];
    const step = ready.steps.find((candidate) => candidate.id === id);
    if (!step) return [`it has no step ${id}`];
    return step.kind === 'automatic'
      ? [`step ${id} waits for nobody: it cannot be a gate of this cutover`]
      : [];
  });
};
