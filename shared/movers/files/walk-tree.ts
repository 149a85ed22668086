import { readdir } from 'node:fs/promises';
import { comparePaths, encodeSegment, isBelow } from './item-path';
import type { SourceRoot } from './source-root';
import { factsOf, fromSource, kindOf, SourceProblem, type FileStat } from './source-root';

/** One thing found below a root. */
export type WalkEntry =
  | { readonly kind: 'file'; readonly path: string; readonly stat: FileStat; readonly sparse: boolean }
  | { readonly kind: 'folder'; readonly path: string; readonly stat: FileStat; readonly empty: boolean }
  | { readonly kind: 'link'; readonly path: string; readonly stat: FileStat; readonly target: Buffer }
  | { readonly kind: 'special'; readonly path: string; readonly what: string }
  | { readonly kind: 'excluded'; readonly path: string }
  /** A folder or entry that could not be read: nothing is known of what is below. */
  | { readonly kind: 'unreadable'; readonly path: string; readonly reason: string };

export interface WalkOptions {
  /** Path prefixes left out, as people write them. */
  readonly exclude: readonly string[];
  /** Goes on after this path, without it. */
  readonly after?: string;
}

/**
 * Everything below a root in the order of `comparePaths`; folders come before their content. What vanishes while walking is left
 * out. Paths are encoded (`encodeSegment`).
 */
export async function* walkTree(root: SourceRoot, options: WalkOptions): AsyncGenerator<WalkEntry> {
  const excluded = options.exclude.map(encodeExcluded);
  yield* walkFolder(root, '', { excluded, after: options.after ?? null });
}

interface Walk {
  readonly excluded: readonly string[];
  readonly after: string | null;
}

async function* walkFolder(root: SourceRoot, folder: string, walk: Walk): AsyncGenerator<WalkEntry> {
  let names: string[];
  try {
    names = await namesIn(root, folder);
  } catch (error) {
    // An unreadable root must never pass for an empty one.
    if (folder === '') throw error;
    const reason = unreadableReason(error);
    if (reason !== null && isAfter(folder, walk)) yield { kind: 'unreadable', path: folder, reason };
    return;
  }
  for (const name of names) {
    const path = folder === '' ? name : `${folder}/${name}`;
    if (walk.after !== null && !isAfter(path, walk) && path !== walk.after && !isBelow(walk.after, path)) {
      continue;
    }
    yield* walkEntry(root, path, walk);
  }
}

async function* walkEntry(root: SourceRoot, path: string, walk: Walk): AsyncGenerator<WalkEntry> {
  const entry = await look(root, path, walk);
  if (entry === null) return;
  if (entry.kind !== 'folder') {
    if (isAfter(path, walk)) yield entry;
    return;
  }
  const content = walkFolder(root, path, walk);
  const first = await content.next();
  const unreadable = !first.done && first.value.kind === 'unreadable' && first.value.path === path;
  if (!unreadable && isAfter(path, walk)) yield { ...entry, empty: first.done === true };
  if (first.done) return;
  yield first.value;
  yield* content;
}

async function look(root: SourceRoot, path: string, walk: Walk): Promise<WalkEntry | null> {
  if (walk.excluded.includes(path)) return { kind: 'excluded', path };
  try {
    const stats = await root.stat(path);
    const stat = factsOf(stats);
    if (stats.isFile()) return { kind: 'file', path, stat, sparse: isSparse(stats) };
    if (stats.isDirectory()) return { kind: 'folder', path, stat, empty: false };
    if (!stats.isSymbolicLink()) return { kind: 'special', path, what: kindOf(stats) };
    return { kind: 'link', path, stat, target: await root.linkTarget(path) };
  } catch (error) {
    const reason = unreadableReason(error);
    return reason === null ? null : { kind: 'unreadable', path, reason };
  }
}

const isAfter = (path: string, walk: Walk): boolean =>
  walk.after === null || comparePaths(path, walk.after) > 0;

/** Null where it is simply gone. */
function unreadableReason(error: unknown): string | null {
  if (!(error instanceof SourceProblem)) throw error;
  return error.kind === 'gone' ? null : error.message;
}

/** Blocks of 512 bytes hold less than the size says. Some file systems keep small files in the inode: not what we mean. */
const isSparse = (stats: { size: bigint; blocks: bigint }): boolean =>
  stats.size > 4_096n && stats.blocks * 512n < stats.size;

async function namesIn(root: SourceRoot, folder: string): Promise<string[]> {
  const handle = await root.openFolder(folder);
  try {
    // The very folder that was opened and checked, not whatever its path leads to by now.
    const opened = process.platform === 'linux' ? `/proc/self/fd/${handle.fd}` : root.absolutePath(folder);
    const names = await fromSource(() => readdir(opened, { encoding: 'buffer' }));
    return names.map((name) => encodeSegment(name)).sort((a, b) => (a < b ? -1 : 1));
  } finally {
    await handle.close();
  }
}

const encodeExcluded = (prefix: string): string =>
  prefix
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.')
    .map((segment) => encodeSegment(Buffer.from(segment)))
    .join('/');
