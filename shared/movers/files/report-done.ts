import type { FilesContext } from './files-context';
import { readSummary } from './pass-journal';

/** Tells how much of the source was gone over, measured by what the newest finished pass found there; at least what is done. */
export async function doneReporter(
  context: FilesContext,
  transferId: string,
): Promise<(done: { readonly items: number; readonly bytes: number }) => void> {
  let expected = { items: 0, bytes: 0 };
  for (let pass = 1; ; pass += 1) {
    const summary = await readSummary(context.journal, transferId, pass);
    if (summary === null) break;
    expected = summary;
  }
  return ({ items, bytes }) =>
    context.progress({
      totalItems: Math.max(expected.items, items),
      doneItems: items,
      totalBytes: Math.max(expected.bytes, bytes),
      doneBytes: bytes,
    });
}
