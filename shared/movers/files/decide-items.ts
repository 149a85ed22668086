import { comparePaths, isBelow, nameProblem } from './item-path';
import type { DecidedLine, TargetState } from './pass-journal';
import type { FileStat } from './source-root';
import type { WalkEntry } from './walk-tree';

export interface DecideOptions {
  /** Blobs are named by it and the path. */
  readonly prefix: string;
  /** Folders already found unreadable, when a pass goes on. */
  readonly unreadable: readonly string[];
  /** Paths to copy whatever their times say. */
  readonly doubted: ReadonlySet<string>;
}

/**
 * Joins a walk with the target's state after the pass before, both in the order of `comparePaths`, and says for each path what
 * is to be done. Unchanged means: every fact of the file is as it was, so it isn't read at all.
 */
export async function* decideItems(
  walk: AsyncIterable<WalkEntry>,
  state: AsyncIterable<TargetState>,
  options: DecideOptions,
): AsyncGenerator<DecidedLine> {
  const unreadable = [...options.unreadable];
  const prior = state[Symbol.asyncIterator]();
  let before = await prior.next();

  for await (const entry of walk) {
    while (!before.done && isBefore(before.value.path, entry.path)) {
      yield unseen(before.value, unreadable);
      before = await prior.next();
    }
    const known = !before.done && before.value.path === entry.path ? before.value : null;
    if (known !== null) before = await prior.next();
    if (entry.kind === 'unreadable') unreadable.push(entry.path);

    const line = decide(entry, known, options);
    const carriesOn = line?.action === 'copy' || line?.action === 'keep';
    // Before the report of the same path: a pass that is killed between the two goes on after this one.
    if (known !== null && !carriesOn) yield unseen(known, unreadable);
    if (line !== null) yield line;
  }
  for (; !before.done; before = await prior.next()) yield unseen(before.value, unreadable);
}

/** Most are equal, which is quicker to see. */
const isBefore = (a: string, b: string): boolean => a !== b && comparePaths(a, b) < 0;

function decide(entry: WalkEntry, prior: TargetState | null, options: DecideOptions): DecidedLine | null {
  const { path } = entry;
  switch (entry.kind) {
    case 'file':
      return decideFile(entry, prior, options);
    case 'folder':
      return entry.empty ? unsupported(path, 'empty folder: blobs have no folders') : null;
    case 'link':
      return unsupported(path, `symbolic link to ${JSON.stringify(entry.target.toString())}: not followed`);
    case 'special':
      return unsupported(path, `${entry.what}: has no content to copy`);
    case 'excluded':
      return { action: 'report', path, result: 'Excluded', sizeBytes: 0, reason: 'excluded by the plan' };
    case 'unreadable':
      return { action: 'report', path, result: 'Failed', sizeBytes: 0, reason: entry.reason };
  }
}

function decideFile(
  { path, stat, sparse }: Extract<WalkEntry, { kind: 'file' }>,
  prior: TargetState | null,
  { prefix, doubted }: DecideOptions,
): DecidedLine {
  const problem = nameProblem(prefix + path);
  if (problem !== null) return { ...unsupported(path, problem), sizeBytes: stat.sizeBytes };
  const isDoubted = doubted.has(path);
  if (prior?.settled === true && sameFacts(prior.stat, stat) && !isDoubted) {
    return { action: 'keep', path, prior };
  }
  const note = sparse ? 'sparse file: copied with its apparent size' : null;
  return { action: 'copy', path, stat, note, prior, doubted: isDoubted };
}

const unsupported = (path: string, reason: string) =>
  ({ action: 'report', path, result: 'Unsupported', sizeBytes: 0, reason }) as const;

const unseen = (prior: TargetState, unreadable: readonly string[]): DecidedLine => {
  const { path } = prior;
  const hidden = unreadable.some((folder) => path === folder || isBelow(path, folder));
  return { action: hidden ? 'unknown' : 'delete', path, prior };
};

/** Change time included: a writer can set the others back, not that one. */
export const sameFacts = (a: FileStat, b: FileStat): boolean =>
  a.sizeBytes === b.sizeBytes &&
  a.mtimeNs === b.mtimeNs &&
  a.ctimeNs === b.ctimeNs &&
  a.inode === b.inode &&
  a.mode === b.mode &&
  a.uid === b.uid &&
  a.gid === b.gid;
