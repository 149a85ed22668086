import type { StepResult } from '../../shared/contracts/step';
import type { FilesAsset } from '../../shared/contracts/workload';
import { filesAssetsOf } from '../../shared/domain/assets';
import { removeTrial, tryFiles } from '../../shared/movers/files';
import { filesContext, interruptedOrAgain, transferIdOf } from './files';
import { keepFilesTrial } from './files-trial';
import { keepFailedTrial, readTrial } from './kept-trial';
import { ratesInForce } from './rates-in-force';
import type { StepContext } from './step';

/**
 * R81: sends a sample of every folder to the target before anything moves, and keeps how long all of it should take. Once for a
 * cutover; a result where a command waits.
 */
export const tryFilesFirst = async (context: StepContext): Promise<StepResult | null> => {
  for (const asset of filesAssetsOf(context.cutover.workload)) {
    if ((await readTrial(context, asset.id)) !== null) continue;
    const stopped = await tryAsset(context, asset);
    if (stopped) return stopped;
  }
  return null;
};

const tryAsset = async (context: StepContext, asset: FilesAsset): Promise<StepResult | null> => {
  // Of the whole transfer, not of one of its slices; and a trial is no progress of it.
  const limits = async () => (await ratesInForce(context, asset)).limits;
  const mover = { ...filesContext(context, asset), limits, progress: () => undefined };
  const input = { asset, transferId: transferIdOf(context.cutover.id, asset.id) };
  await removeTrial(mover, input);
  const tried = await tryFiles(mover, input).catch((error: unknown) => ({ error }));
  await removeTrial(mover, input);
  if (tried === null) return interruptedOrAgain(context);
  if ('error' in tried) await keepFailedTrial(context, asset.id, tried.error);
  else await keepFilesTrial(context, asset, tried);
  return null;
};
