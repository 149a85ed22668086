import type { StepResult } from '../../shared/contracts/step';
import { boundariesOf, runbookAssetsOf } from '../../shared/domain/assets';
import { asStepResult, lookAfter, unacceptedDoubts } from './runbook';
import type { StepContext } from './step';

/** Once the workload is signed off, runs that waited for that go on to their end: null when all have ended. */
export const finishRuns = async (context: StepContext): Promise<StepResult | null> => {
  for (const asset of runbookAssetsOf(context.cutover.workload)) {
    if (boundariesOf(asset).finishStep === null) continue;
    const driven = await lookAfter(context, asset, 'finish');
    if (driven.kind !== 'level') return asStepResult(context, asset, driven);
    const doubts = await unacceptedDoubts(context, asset, driven);
    if (doubts) return doubts;
  }
  return null;
};
