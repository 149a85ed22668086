import type { ItemLogLine } from '../../contracts/transfer';
import { comparePaths } from './item-path';
import type { FilesContext } from './files-context';
import { readLines, segments } from './pass-journal';

/** What blobs can't hold, hence what the target will not have. */
export interface StaysBehind {
  readonly items: number;
  /** The first ten. */
  readonly first: readonly { readonly path: string; readonly reason: string }[];
}

const SHOWN_ITEMS = 10;

/** What a finished pass found unsupported and an earlier one, `since`, had not; all of it where that is null. */
export async function staysBehind(
  { journal }: Pick<FilesContext, 'journal'>,
  { transferId, pass, since }: { transferId: string; pass: number; since: number | null },
): Promise<StaysBehind> {
  const unsupportedIn = async function* (number: number): AsyncGenerator<ItemLogLine> {
    for await (const line of readLines<ItemLogLine>(journal, transferId, segments(number).log))
      if (line.result === 'Unsupported') yield line;
  };
  const known = since === null ? null : unsupportedIn(since);
  let earlier = await known?.next();
  const first: { path: string; reason: string }[] = [];
  let items = 0;
  for await (const { path, reason } of unsupportedIn(pass)) {
    while (earlier?.done === false && comparePaths(earlier.value.path, path) < 0)
      earlier = await known?.next();
    if (earlier?.done === false && earlier.value.path === path) continue;
    items += 1;
    if (first.length < SHOWN_ITEMS) first.push({ path, reason: reason ?? '' });
  }
  return { items, first };
}
