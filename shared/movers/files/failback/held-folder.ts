import { lstat, mkdir, type FileHandle } from 'node:fs/promises';
import { rawOf } from '../item-path';
import { factsOf, fromSource, kindOf, SourceProblem, type FileStat, type SourceRoot } from '../source-root';

/** One folder below the root, held open: what is done in it is done there, whatever its path leads to by now. */
export interface HeldFolder {
  /** Where a name (encoded) is in it. */
  place(name: string): Buffer;
  /** Null where there is nothing; throws `SourceProblem` where it is no file. */
  stat(name: string): Promise<FileStat | null>;
  /** Makes durable which names it holds. */
  sync(): Promise<void>;
}

/** Opens a folder, made with its parents where `make` says so. Throws `SourceProblem`: `gone`, or something else is in its place. */
export async function inFolder<T>(
  root: SourceRoot,
  { path, make }: { readonly path: string; readonly make: boolean },
  use: (folder: HeldFolder) => Promise<T>,
): Promise<T> {
  const handle = await openFolder(root, path, make);
  try {
    return await use(heldFolder(root, path, handle));
  } finally {
    await handle.close();
  }
}

const heldFolder = (root: SourceRoot, path: string, handle: FileHandle): HeldFolder => {
  const folder =
    process.platform === 'linux' ? Buffer.from(`/proc/self/fd/${handle.fd}`) : root.absolutePath(path);
  const place = (name: string): Buffer =>
    Buffer.concat([folder, Buffer.from('/'), Buffer.from(rawOf(name), 'latin1')]);
  return {
    place,
    stat: async (name) => {
      try {
        const stat = factsOf(await fromSource(() => lstat(place(name), { bigint: true })));
        const kind = kindOf(stat.mode);
        if (kind !== 'file') throw new SourceProblem('swapped', `a ${kind} is in its place`);
        return stat;
      } catch (error) {
        if (error instanceof SourceProblem && error.kind === 'gone') return null;
        throw error;
      }
    },
    sync: () => fromSource(() => handle.sync()),
  };
};

async function openFolder(root: SourceRoot, path: string, make: boolean): Promise<FileHandle> {
  try {
    return await root.openFolder(path);
  } catch (error) {
    const isGone = error instanceof SourceProblem && error.kind === 'gone';
    if (!isGone || !make || path === '') throw error;
  }
  const { folder, name } = splitPath(path);
  const parent = await openFolder(root, folder, true);
  try {
    const place = heldFolder(root, folder, parent).place(name);
    await fromSource(() => mkdir(place, { mode: 0o755 })).catch((error: unknown) => {
      // Another file of this slice made it meanwhile; if it is no folder, opening it says so.
      const cause = error instanceof SourceProblem ? error.cause : error;
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
  } finally {
    await parent.close();
  }
  return root.openFolder(path);
}

export function splitPath(path: string): { folder: string; name: string } {
  const at = path.lastIndexOf('/');
  return { folder: at < 0 ? '' : path.slice(0, at), name: path.slice(at + 1) };
}
