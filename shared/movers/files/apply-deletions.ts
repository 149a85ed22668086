import { MigrationError } from '../../contracts/errors';
import type { PassInput } from './enumerate-source';
import type { FilesContext } from './files-context';
import {
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
      readonly code: 'too-many-deletes';
      readonly reason: string;
      readonly deletes: number;
    }
  | { readonly kind: 'interrupted' };

/**
 * Deletes the blobs of files that are gone, each only in the version this transfer wrote. More than `maxDeletes` of them is
 * refused before the first: an emptied or unmounted source looks just the same. Null when done.
 */
export async function applyDeletions(
  context: FilesContext,
  input: PassInput,
  content: PassContent,
): Promise<DeletionsOpen | null> {
  const { transferId, pass } = input;
  if (content.deletes === 0) return null;
  const { maxDeletes } = await context.limits();
  if (content.deletes > maxDeletes) {
    const reason = `${content.deletes} files are gone from the source, at most ${maxDeletes} may be deleted in one pass`;
    return { kind: 'refused', code: 'too-many-deletes', reason, deletes: content.deletes };
  }
  const { deletions } = segments(pass);
  const begun = await context.journal.length(transferId, deletions);
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

async function* tombstones(
  { journal }: FilesContext,
  { transferId, pass }: PassInput,
  { parts }: PassContent,
): AsyncGenerator<DeleteItem> {
  for (let part = 1; part <= parts; part += 1) {
    for await (const line of readLines<ItemLine>(journal, transferId, segments(pass).items(part))) {
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
