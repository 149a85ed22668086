import type { FilesContext } from './files-context';
import { readOnly, readSummary, ROOT } from './pass-journal';
import { SourceRefusal, SourceRoot, type RootIdentity } from './source-root';

/** The source of a transfer; throws `SourceRefusal` where it is not the folder that the transfer began with (R127). */
export async function openKnownRoot(
  { journal }: Pick<FilesContext, 'journal'>,
  transferId: string,
  path: string,
): Promise<SourceRoot> {
  const root = await SourceRoot.open(path);
  const known = await readOnly<RootIdentity>(journal, transferId, ROOT);
  if (known !== null) root.assertIs(known);
  return root;
}

/** The same for whoever comes first: that folder is the source from now on. */
export async function openRootAndRemember(
  { journal }: Pick<FilesContext, 'journal'>,
  transferId: string,
  path: string,
): Promise<SourceRoot> {
  const root = await openKnownRoot({ journal }, transferId, path);
  if ((await journal.length(transferId, ROOT)) === 0)
    await journal.append(transferId, ROOT, 0, [root.identity]);
  return root;
}

/** Throws `SourceRefusal` where nothing was found although the first pass found something: unmounted looks just like that. */
export async function assertNotEmptied(
  { journal }: Pick<FilesContext, 'journal'>,
  transferId: string,
  foundItems: number,
): Promise<void> {
  if (foundItems > 0) return;
  const first = await readSummary(journal, transferId, 1);
  if (first === null || first.items === 0) return;
  const reason = `the source holds no file, and held ${first.items} at the first pass: bring them back and retry, or cancel`;
  throw new SourceRefusal('source-emptied', reason);
}
