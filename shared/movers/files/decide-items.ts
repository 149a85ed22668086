import { comparePaths, isBelow, nameProblem } from './item-path';
import type { DecidedLine, ItemLine, TargetState } from './pass-journal';
import type { PriorState } from './prior-state';
import type { FileStat } from './source-root';
import type { FileRun, WalkEntry } from './walk-entry';

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
 * is to be done. Unchanged means: every fact of the file is as it was, so it isn't read at all. A run that is unchanged as a whole
 * is one line (`same`), for which nothing is looked at but its digest.
 */
export async function* decideItems(
  walk: AsyncIterable<WalkEntry | FileRun>,
  prior: PriorState,
  options: DecideOptions,
): AsyncGenerator<ItemLine> {
  const unreadable = [...options.unreadable];
  for await (const found of walk) {
    const from = prior.position;
    if (found.kind === 'run' && options.doubted.size === 0 && (await prior.pass(found))) {
      const { lastPath, items, bytes } = found;
      yield { action: 'same', path: lastPath, from, items, bytes };
      continue;
    }
    // Nothing is to be said of it, so no state has to be read to say it.
    if (found.kind === 'folder' && !found.empty) continue;
    for (const entry of found.kind === 'run' ? found.files() : [found]) {
      let before = await prior.next();
      for (; before !== null && isBefore(before.path, entry.path); before = await prior.next()) {
        prior.advance();
        yield unseen(before, unreadable);
      }
      const known = before?.path === entry.path ? before : null;
      if (known !== null) prior.advance();
      if (entry.kind === 'unreadable') unreadable.push(entry.path);

      const line = decide(entry, known, options);
      const carriesOn = line?.action === 'copy' || line?.action === 'keep';
      // Before the report of the same path: a pass that is killed between the two goes on after this one.
      if (known !== null && !carriesOn) yield unseen(known, unreadable);
      if (line !== null) yield line;
    }
  }
  for (let gone = await prior.next(); gone !== null; gone = await prior.next()) {
    prior.advance();
    yield unseen(gone, unreadable);
  }
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
