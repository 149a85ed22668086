import { MigrationError } from '../../contracts/errors';
import type { PassInput } from './pass-input';
import type { FilesContext } from './files-context';
import { openKnownRoot } from './known-root';
import {
  baselineOf,
  readLines,
  segments,
  type DeleteItem,
  type ItemLine,
  type PassContent,
  type ResultLine,
} from './pass-journal';
import { SegmentWriter } from './segment-writer';
import { Slice } from './slice';

/** Why deletions are not all done. */
export type DeletionsOpen =
  | {
      readonly kind: 'refused';
      readonly code: 'too-many-deletes' | 'all-items-gone';
      readonly reason: string;
      readonly deletes: number;
    }
  | { readonly kind: 'interrupted' };

/**
 * Deletes the blobs of files that are gone, each only in the version this transfer wrote. More than `maxDeletes` of them, or
 * all that there were, is refused before the first: an emptied or unmounted source looks just the same. Null when done. Throws
 * `SourceRefusal` where the root is another folder than at the first pass.
 */
export async function applyDeletions(
  context: FilesContext,
  input: PassInput,
  content: PassContent,
): Promise<DeletionsOpen | null> {
  const { transferId, pass, generation, asset } = input;
  if (content.deletes === 0) return null;
  const { deletions } = segments(pass, generation);
  const begun = await context.journal.length(transferId, deletions);
  if (begun === 0) {
    await openKnownRoot(context, transferId, asset.root);
    const refusal = await refusalOf(context, input, content);
    if (refusal !== null) return refusal;
  }
  const results = await SegmentWriter.open<ResultLine>(context.journal, transferId, deletions);
  const end = await Slice.run(context, Infinity, {
    work: async (slice) => {
      let index = 0;
      for await (const item of tombstones(context, input, content)) {
        index += 1;
        if (index <= begun) continue;
        await slice.pace(1, 0);
        await results.write(await deleteItem(context, input, item));
      }
      return true;
    },
    record: () => results.flush(),
  });
  return end === 'done' ? null : { kind: 'interrupted' };
}

async function refusalOf(
  context: FilesContext,
  { transferId, pass, generation }: PassInput,
  { deletes }: PassContent,
): Promise<DeletionsOpen | null> {
  const before = await context.journal.length(transferId, baselineOf(pass, generation));
  if (deletes === before) {
    const reason = `all ${before} files that were there are gone from the source: bring them back and retry, or cancel`;
    return { kind: 'refused', code: 'all-items-gone', reason, deletes };
  }
  const { maxDeletes } = await context.limits();
  if (deletes <= maxDeletes) return null;
  const reason = `${deletes} files are gone from the source, at most ${maxDeletes} may be deleted in one pass`;
  return { kind: 'refused', code: 'too-many-deletes', reason, deletes };
}

async function* tombstones(
  { journal }: FilesContext,
  { transferId, pass, generation }: PassInput,
  { parts }: PassContent,
): AsyncGenerator<DeleteItem> {
  for (let part = 1; part <= parts; part += 1) {
    for await (const line of readLines<ItemLine>(
      journal,
      transferId,
      segments(pass, generation).items(part),
    )) {
      if (line.action === 'delete') yield line;
    }
  }
}

async function deleteItem(
  context: FilesContext,
  { asset }: PassInput,
  { path, prior }: DeleteItem,
): Promise<ResultLine> {
  const common = { path, attempts: 1, sentBytes: 0, at: context.clock.now().toISOString() };
  try {
    await context.blobs.container(asset.container).remove(asset.prefix + path, prior.etag);
    const reason = 'deleted: no longer on the source';
    return { ...common, result: 'Transferred', state: null, reason };
  } catch (error) {
    if (!(error instanceof MigrationError) || error.code !== 'target-conflict') throw error;
    const reason = 'no longer on the source; not deleted, for the target was changed by somebody else';
    return { ...common, result: 'Failed', state: prior, reason };
  }
}
