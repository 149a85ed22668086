import type { BigIntStats } from 'node:fs';
import { constants, lstat, open, readlink, realpath, stat, type FileHandle } from 'node:fs/promises';
import { MigrationError } from '../../contracts/errors';
import { decodePath } from './item-path';

/** Facts that tell one version of a file from another; numbers beyond 2^53 as decimal strings, for JSON. */
export interface FileStat {
  readonly sizeBytes: number;
  readonly mtimeNs: string;
  readonly ctimeNs: string;
  readonly inode: string;
  /** With the type bits, as `st_mode`. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/**
 * What is wrong with one file of the source: it is `gone`, something else was put in its place (`swapped`), it was `changed` while
 * it was read, or it is `unreadable`. The message is for the log.
 */
export class SourceProblem extends Error {
  override readonly name = 'SourceProblem';

  constructor(
    readonly kind: 'gone' | 'swapped' | 'changed' | 'unreadable',
    message: string,
    options?: { cause: unknown },
  ) {
    super(message, options);
  }
}

/**
 * The source as a whole is not what this transfer began with, as after a lost mount: nothing that it says may be believed. A person
 * puts it right; the message says how.
 */
export class SourceRefusal extends Error {
  override readonly name = 'SourceRefusal';

  constructor(
    readonly code: 'source-root-changed' | 'source-emptied',
    message: string,
  ) {
    super(message);
  }
}

/** What a folder is, whatever its path; decimal strings, for JSON. */
export interface RootIdentity {
  readonly device: string;
  readonly inode: string;
}

/** Does something with the source; a system error becomes a `SourceProblem`, so that it's never taken for one of the target. */
export async function fromSource<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (code === null) throw cause;
    throw sourceProblemOf(code, cause);
  }
}

export function sourceProblemOf(code: string, cause?: unknown): SourceProblem {
  if (code === 'ENOENT') return new SourceProblem('gone', 'gone since it was listed', { cause });
  const swapped = SWAPPED_CODES.has(code);
  if (swapped) return new SourceProblem('swapped', 'something else took its place', { cause });
  return new SourceProblem('unreadable', `cannot be read: ${code}`, { cause });
}

/** The code of a system error, such as ENOENT; null for other errors. */
export const systemErrorCode = (error: unknown): string | null =>
  typeof error === 'object' && error !== null && 'code' in error && 'syscall' in error
    ? String(error.code)
    : null;

/** A link where a file was, a file where a folder was, a pipe or socket where a file was. */
const SWAPPED_CODES = new Set(['ELOOP', 'ENOTDIR', 'ENXIO']);

/**
 * The folder an asset lives in. Its own path may be a link, resolved once; below it no link is ever followed and nothing outside
 * is ever opened, whatever is swapped meanwhile: what was opened is asked where it is.
 */
export class SourceRoot {
  private constructor(
    private readonly path: string,
    private readonly root: Buffer,
    readonly identity: RootIdentity,
  ) {}

  /** Throws `not-found` where there is no such folder to read: an empty source would look like a deleted one. */
  static async open(path: string): Promise<SourceRoot> {
    try {
      const root = await realpath(path, 'buffer');
      const stats = await stat(root, { bigint: true });
      const identity = { device: String(stats.dev), inode: String(stats.ino) };
      if (stats.isDirectory()) return new SourceRoot(path, root, identity);
    } catch (cause) {
      throw new MigrationError('not-found', `source root ${path} cannot be read`, { cause });
    }
    throw new MigrationError('not-found', `source root ${path} is not a folder`);
  }

  /** Throws `SourceRefusal` where this is another folder than that one. */
  assertIs({ device, inode }: RootIdentity): void {
    if (this.identity.device === device && this.identity.inode === inode) return;
    throw new SourceRefusal(
      'source-root-changed',
      `${this.path} is another folder than when the transfer began (device ${this.identity.device} inode ${this.identity.inode}, then device ${device} inode ${inode}): mount the source there again and retry, or cancel`,
    );
  }

  /** Asks whether its path still leads to the folder that was opened: one that was unmounted meanwhile looks empty. */
  async assertSame(): Promise<void> {
    (await SourceRoot.open(this.path)).assertIs(this.identity);
  }

  /** Opens a file to read. Throws `SourceProblem`, as the next ones do. */
  openFile(path: string): Promise<FileHandle> {
    // Without O_NONBLOCK a pipe put in a file's place would hold us until somebody writes to it.
    return this.openInside(path, constants.O_NONBLOCK);
  }

  /** The folder, '' for the root itself. */
  openFolder(path: string): Promise<FileHandle> {
    return this.openInside(path, constants.O_DIRECTORY);
  }

  /** Never follows a link. */
  async stat(path: string): Promise<BigIntStats> {
    return fromSource(() => lstat(this.absolutePath(path), { bigint: true }));
  }

  async linkTarget(path: string): Promise<Buffer> {
    return fromSource(() => readlink(this.absolutePath(path), 'buffer'));
  }

  absolutePath(path: string): Buffer {
    if (path === '') return this.root;
    const base = this.root.equals(SLASH) ? [] : [this.root];
    return Buffer.concat([...base, SLASH, decodePath(path)]);
  }

  private async openInside(path: string, flags: number): Promise<FileHandle> {
    const expected = this.absolutePath(path);
    const readOnly = constants.O_RDONLY | constants.O_NOFOLLOW | flags;
    const handle = await fromSource(() => open(expected, readOnly));
    try {
      const actual = await fromSource(() => realLocation(handle, expected));
      if (!actual.equals(expected)) throw new SourceProblem('swapped', 'its folder was swapped');
      return handle;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }
}

export const factsOf = (
  stats: Pick<BigIntStats, 'size' | 'mtimeNs' | 'ctimeNs' | 'ino' | 'mode' | 'uid' | 'gid'>,
): FileStat => ({
  sizeBytes: Number(stats.size),
  mtimeNs: String(stats.mtimeNs),
  ctimeNs: String(stats.ctimeNs),
  inode: String(stats.ino),
  mode: Number(stats.mode),
  uid: Number(stats.uid),
  gid: Number(stats.gid),
});

/** By the type bits of a mode. */
export const kindOf = (mode: number): string => KINDS.get(mode & constants.S_IFMT) ?? 'device';

const KINDS: ReadonlyMap<number, string> = new Map([
  [constants.S_IFREG, 'file'],
  [constants.S_IFDIR, 'folder'],
  [constants.S_IFLNK, 'symbolic link'],
  [constants.S_IFIFO, 'pipe'],
  [constants.S_IFSOCK, 'socket'],
]);

const SLASH = Buffer.from('/');

/** Linux says where an open file is. Elsewhere the path is resolved once more and must still lead to the same file. */
async function realLocation(handle: FileHandle, expected: Buffer): Promise<Buffer> {
  if (process.platform === 'linux') return readlink(`/proc/self/fd/${handle.fd}`, 'buffer');
  const actual = await realpath(expected, 'buffer');
  const [opened, found] = await Promise.all([handle.stat({ bigint: true }), lstat(actual, { bigint: true })]);
  if (opened.ino !== found.ino || opened.dev !== found.dev)
    throw new SourceProblem('swapped', 'replaced while opening');
  return actual;
}
