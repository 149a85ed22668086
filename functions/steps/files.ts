import { MigrationError } from '../../shared/contracts/errors';
import type { StepResult } from '../../shared/contracts/step';
import type { TransferLimits } from '../../shared/contracts/transfer';
import type { FilesAsset } from '../../shared/contracts/workload';
import { filesAssetsOf } from '../../shared/domain/assets';
import { recordPass, refusePass } from '../../shared/ledger/passes';
import { saveProgress } from '../../shared/ledger/progress';
import {
  copyPart as copy,
  enumerateSource as enumerate,
  finishPass as finish,
  SourceRefusal,
  type FilesContext,
} from '../../shared/movers/files';
import { compareWithFilesTrial } from './files-trial';
import { createRateMeter } from './rate-meter';
import { ratesInForce } from './rates-in-force';
import { supervised } from './supervise';
import { done, failed, type Step, type StepContext } from './step';

/** A slice gives way after this long, so that commands and limits take hold. */
const SLICE_MS = 20_000;

/** The journal of one asset's transfer in one cutover. */
export const transferIdOf = (cutoverId: string, assetId: string): string => `${cutoverId}.${assetId}`;

export const assetOf = ({ cutover, order }: StepContext): FilesAsset => {
  const asset = filesAssetsOf(cutover.workload).find((candidate) => candidate.id === order.input['assetId']);
  if (!asset)
    throw new MigrationError('internal', `order ${order.key} names no files of ${cutover.workloadId}`);
  return asset;
};

/** Every slice gets an equal share of what all slices may use together (R131). */
const shareOf = (limits: TransferLimits): TransferLimits => {
  const share = (total: number | null): number | null =>
    total === null ? null : Math.max(1, Math.floor(total / limits.parallelSlices));
  return {
    ...limits,
    bytesPerSecond: share(limits.bytesPerSecond),
    requestsPerSecond: share(limits.requestsPerSecond),
  };
};

/** The mover's surroundings for one order. */
export const filesContext = (context: StepContext, asset: FilesAsset): FilesContext => {
  const { services, order, claim } = context;
  const meter = createRateMeter(order.cutoverId, asset.id, order.stage);
  let limitInForce: string | null = null;
  return {
    journal: services.journal,
    blobs: services.blobs,
    clock: services.clock,
    claim,
    limits: async () => {
      const { limits, inWords } = await ratesInForce(context, asset);
      limitInForce = inWords;
      return shareOf(limits);
    },
    progress: (progress) => {
      const part = Number(order.input['part'] ?? 0);
      const shown = limitInForce === null ? {} : { limitInForce };
      const report = { ...meter.report(part, progress, services.clock.now()), ...shown };
      saveProgress(services.ledger, order.cutoverId, report).catch(warnOfLostProgress);
    },
  };
};

/** Progress is for looking at: whoever watches sees an older one, and the slice goes on. */
const warnOfLostProgress = (error: unknown): void =>
  process.emitWarning(`Progress was not saved: ${String(error)}`, { code: 'CAUSEWAY_PROGRESS' });

const passOf = (context: StepContext, asset: FilesAsset) => ({
  asset,
  transferId: transferIdOf(context.cutover.id, asset.id),
  pass: Number(context.order.input['pass']),
  generation: Number(context.order.input['generation'] ?? 1),
});

/** Told to stop at a checkpoint, or overtaken by a newer claim. */
export const interruptedOrAgain = async (context: StepContext): Promise<StepResult> =>
  (await context.claim.interrupted()) ? { kind: 'interrupted' } : { kind: 'pending', retryAfterMs: 1_000 };

/** A source that is not what the transfer began with fails the step: a person puts it right and retries. */
export const refusing =
  (step: Step): Step =>
  async (context) => {
    try {
      return await step(context);
    } catch (error) {
      if (!(error instanceof SourceRefusal)) throw error;
      return failed(error.code, error.message);
    }
  };

const REFUSALS: readonly string[] = [
  'source-root-changed',
  'source-emptied',
  'too-many-deletes',
  'all-items-gone',
];

/** After a refusal the next attempt looks at the source anew: what this pass found may be no truth. */
const inPass = (step: Step): Step => {
  const refusable = supervised(refusing(step));
  return async (context) => {
    const result = await refusable(context);
    if (result.kind === 'failed' && REFUSALS.includes(result.code)) {
      const asset = assetOf(context);
      await refusePass(context.services.ledger, context.cutover.id, asset.id, passOf(context, asset));
    }
    return result;
  };
};

/** R121 R124: writes down what the pass has to do. */
export const enumerateSource = inPass(async (context) => {
  const asset = assetOf(context);
  const found = await enumerate(filesContext(context, asset), passOf(context, asset));
  if (!found.done) return interruptedOrAgain(context);
  const { parts, items, bytes, changedItems, changedBytes, deletes } = found;
  const meter = createRateMeter(context.cutover.id, asset.id, context.order.stage);
  await saveProgress(
    context.services.ledger,
    context.cutover.id,
    meter.begin(changedItems, changedBytes, context.services.clock.now()),
  );
  return done('files-mover', `${changedItems} of ${items} items to copy`, {
    parts,
    items,
    bytes,
    changedItems,
    changedBytes,
    deletes,
  });
});

/** R121 R130: copies a slice of one part. */
export const copyPart = inPass(async (context) => {
  const asset = assetOf(context);
  const part = Number(context.order.input['part']);
  const counts = await copy(filesContext(context, asset), {
    ...passOf(context, asset),
    part,
    budgetMs: SLICE_MS,
  });
  if (counts.end === 'budget') return { kind: 'pending', retryAfterMs: 0 };
  if (counts.end === 'interrupted') return interruptedOrAgain(context);
  const { end: _end, ...facts } = counts;
  return done(
    'files-mover',
    `part ${part}: ${counts.copiedItems} items copied, ${counts.failedItems} failed`,
    facts,
  );
});

/** R122 R133: closes the pass. Whether its failed items matter is for whoever plans the next one to say. */
export const finishPass = inPass(async (context) => {
  const asset = assetOf(context);
  const pass = passOf(context, asset);
  const finished = await finish(filesContext(context, asset), pass);
  if (finished.kind === 'interrupted') return interruptedOrAgain(context);
  if (finished.kind === 'refused')
    return failed(finished.code, finished.reason, { deletes: finished.deletes });
  const { summary } = finished;
  await recordPass(context.services.ledger, context.cutover.id, asset.id, summary);
  return done(
    'files-mover',
    `pass ${summary.pass}: ${summary.copiedItems} items copied, ${summary.deletedItems} deleted`,
    { ...summary, ...(await compareWithFilesTrial(context, asset, summary)) },
  );
});
