import type { StepResult } from '../../shared/contracts/step';
import { filesAssetsOf } from '../../shared/domain/assets';
import { bringBack, SourceRefusal } from '../../shared/movers/files';
import { filesContext, interruptedOrAgain, transferIdOf } from './files';
import { failed, type StepContext } from './step';

const SLICE_MS = 20_000;

/** On the way back only what fits counts: a file that stayed behind is somebody's to look at before users return. */
const stayed = (assetId: string, failedItems: number): StepResult =>
  failed('items-failed', `${failedItems} files of ${assetId} could not be brought back: see the item log`);

/**
 * R53 R56: brings back what users wrote to the target of each folder, once nobody writes there any more; null when every source is
 * what its target is. Another try makes another pass.
 */
export const returnFiles = async (context: StepContext): Promise<StepResult | null> => {
  const { cutover, order } = context;
  const pass = Number(order.input['attempt'] ?? 1);
  for (const asset of filesAssetsOf(cutover.workload)) {
    try {
      const input = { asset, transferId: transferIdOf(cutover.id, asset.id), failbackId: 'failback', pass };
      const back = await bringBack(filesContext(context, asset), { ...input, budgetMs: SLICE_MS });
      if (back.kind === 'more') return { kind: 'pending', retryAfterMs: 0 };
      if (back.kind === 'interrupted') return await interruptedOrAgain(context);
      if (back.kind === 'refused') return failed(back.code, back.reason);
      if (back.summary.failedItems > 0) return stayed(asset.id, back.summary.failedItems);
    } catch (error) {
      if (!(error instanceof SourceRefusal)) throw error;
      return failed(error.code, error.message);
    }
  }
  return null;
};
