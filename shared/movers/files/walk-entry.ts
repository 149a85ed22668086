import type { Found, FoundRun } from './folder-listing';
import type { FileStat } from './source-root';

export interface FileEntry {
  readonly kind: 'file';
  readonly path: string;
  readonly stat: FileStat;
  readonly sparse: boolean;
}

/** One thing found below a root. */
export type WalkEntry =
  | FileEntry
  | { readonly kind: 'folder'; readonly path: string; readonly stat: FileStat; readonly empty: boolean }
  | { readonly kind: 'link'; readonly path: string; readonly stat: FileStat; readonly target: Buffer }
  | { readonly kind: 'special'; readonly path: string; readonly what: string }
  | { readonly kind: 'excluded'; readonly path: string }
  /** A folder or entry that could not be read: nothing is known of what is below. */
  | { readonly kind: 'unreadable'; readonly path: string; readonly reason: string };

/** Files of one folder that follow each other; `digest` is over their names and facts (`run-digest.ts`). */
export interface FileRun extends Pick<FoundRun, 'items' | 'bytes' | 'digest'> {
  readonly kind: 'run';
  /** Of the first. */
  readonly path: string;
  readonly lastPath: string;
  files(): Iterable<FileEntry>;
}

export const pathIn = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

export const fileEntry = (path: string, { stat, blocks }: Extract<Found, { problem: null }>): FileEntry => ({
  kind: 'file',
  path,
  stat,
  sparse: isSparse(stat.sizeBytes, blocks),
});

export function fileRun(folder: string, run: FoundRun): FileRun {
  const { first, last, items, bytes, digest } = run;
  return {
    kind: 'run',
    path: pathIn(folder, first),
    lastPath: pathIn(folder, last),
    items,
    bytes,
    digest,
    files: function* () {
      for (const found of run.files())
        if (found.problem === null) yield fileEntry(pathIn(folder, found.name), found);
    },
  };
}

/** Blocks of 512 bytes hold less than the size says. Some file systems keep small files in the inode: not what we mean. */
const isSparse = (sizeBytes: number, blocks: number): boolean =>
  sizeBytes > 4_096 && blocks * 512 < sizeBytes;
