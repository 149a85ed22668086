import { verifyItems as verify } from '../../shared/movers/files';
import type { FilesAsset } from '../../shared/contracts/workload';
import { filesContext, interruptedOrAgain, refusing, transferIdOf } from './files';
import { done, failed, type StepContext } from './step';

const SLICE_MS = 60_000;
/** Share of the items that is downloaded and hashed as well; all of them are compared by size, MD5 and metadata. */
const READ_BACK_SHARE = 0.05;

const verifyAsset = (context: StepContext, asset: FilesAsset) =>
  verify(filesContext(context, asset), {
    asset,
    transferId: transferIdOf(context.cutover.id, asset.id),
    pass: context.cutover.passes[asset.id]?.length ?? 0,
    verificationId: context.order.key.replaceAll(/[^A-Za-z0-9]/g, '-'),
    mode: 'read-back',
    sampleShare: READ_BACK_SHARE,
    budgetMs: SLICE_MS,
  });

/** R102 R126 R139: every item of the stopped source, hashed anew, against what the target holds. */
export const verifyItems = refusing(async (context) => {
  let checkedItems = 0;
  for (const asset of context.cutover.workload.assets) {
    const found = await verifyAsset(context, asset);
    if (found.end === 'budget') return { kind: 'pending', retryAfterMs: 0 };
    if (found.end === 'interrupted') return interruptedOrAgain(context);
    checkedItems += found.checkedItems;
    if (found.differenceCount > 0) {
      const shown = found.differences.map(({ path, kind, source, target }) => ({
        path,
        kind,
        source,
        target,
      }));
      return failed(
        'items-differ',
        `${found.differenceCount} items of ${asset.id} differ between source and target`,
        {
          assetId: asset.id,
          differenceCount: found.differenceCount,
          differences: shown,
        },
      );
    }
  }
  const passes = Object.values(context.cutover.passes).flatMap((made) => made.slice(-1));
  const unsupportedItems = passes.reduce((total, pass) => total + pass.unsupportedItems, 0);
  const rest = unsupportedItems > 0 ? `; ${unsupportedItems} that blobs cannot hold stay behind` : '';
  return done('files-mover', `all ${checkedItems} items are equal on both sides${rest}`, {
    checkedItems,
    unsupportedItems,
    readBackShare: READ_BACK_SHARE,
  });
});
