import { verifyItems as verify } from '../../shared/movers/files';
import { filesAssetsOf, runbookAssetsOf, runbookInWords } from '../../shared/domain/assets';
import type { FilesAsset } from '../../shared/contracts/workload';
import type { StepResult } from '../../shared/contracts/step';
import { filesContext, interruptedOrAgain, refusing, transferIdOf } from './files';
import { verifyDatabases } from './postgres/offline';
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

/**
 * What another service moved can't be hashed here: the acceptance checks look at it later, or a person says how it was verified.
 * Null where there is nothing of that kind.
 */
const movedByOthers = ({ cutover }: StepContext, checkedItems: number): StepResult | null => {
  const runbooks = runbookAssetsOf(cutover.workload);
  if (runbooks.length === 0) return null;
  const words = runbooks.map(runbookInWords).join(', ');
  const files = checkedItems > 0 ? `All ${checkedItems} files are equal on both sides. ` : '';
  const checks = cutover.workload.acceptance.length;
  if (checks > 0)
    return done('workload-record', `${files}What ${words} moved is verified by ${checks} acceptance checks`, {
      checkedItems,
      acceptanceChecks: checks,
    });
  const question = `${files}What ${words} moved can't be compared here and no acceptance checks are defined: verify it on the target and state what you compared.`;
  return {
    kind: 'needsStatement',
    request: { question: question.slice(0, 2_000), roles: ['tester', 'owner'] },
  };
};

/** R102 R126 R139: every item of the stopped source, hashed anew, against what the target holds. */
export const verifyItems = refusing(async (context) => {
  let checkedItems = 0;
  for (const asset of filesAssetsOf(context.cutover.workload)) {
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
  const database = await verifyDatabases(context);
  if (database) return database;
  const theirs = movedByOthers(context, checkedItems);
  if (theirs) return theirs;
  const passes = Object.values(context.cutover.passes).flatMap((made) => made.slice(-1));
  const unsupportedItems = passes.reduce((total, pass) => total + pass.unsupportedItems, 0);
  const rest = unsupportedItems > 0 ? `; ${unsupportedItems} that blobs cannot hold stay behind` : '';
  return done('files-mover', `all ${checkedItems} items are equal on both sides${rest}`, {
    checkedItems,
    unsupportedItems,
    readBackShare: READ_BACK_SHARE,
  });
});
