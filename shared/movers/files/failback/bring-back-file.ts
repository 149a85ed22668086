import { createHash } from 'node:crypto';
import { chmod, chown, rename, unlink, utimes } from 'node:fs/promises';
import { MigrationError } from '../../../contracts/errors';
import type { BlobProperties, BlobTarget } from '../../../ports/blob-target';
import type { ContentHashes } from '../blob-mark';
import type { ResultLine, TargetState } from '../pass-journal';
import { hashFile, withFile } from '../read-file';
import { secondsOf } from '../restore-backup';
import type { Pace } from '../slice';
import { fromSource, SourceProblem, type FileStat, type SourceRoot } from '../source-root';
import type { BackLine } from './back-journal';
import { downloadFile } from './download-file';
import { inFolder, splitPath, type HeldFolder } from './held-folder';

/** What all files of a slice have in common. */
export interface BackJob {
  readonly root: SourceRoot;
  readonly target: BlobTarget;
  readonly transferId: string;
  readonly slice: Pace;
}

export type BroughtBack = Pick<ResultLine, 'result' | 'state' | 'reason' | 'sentBytes'>;
type Write = Extract<BackLine, { action: 'write' }>;

const CONFLICT = 'the file here was changed by somebody else since users moved';

/**
 * Makes the file what the blob is. It is fetched beside its place, hashed, and put there in one step, so that at no time half a file is
 * there; nothing but the file both sides had is replaced. Repeatable. Throws `FileUnfinished`, or `SourceProblem`.
 */
export async function writeBack(job: BackJob, line: Write): Promise<BroughtBack> {
  const { folder, name } = splitPath(line.path);
  return inFolder(job.root, { path: folder, make: true }, async (held) => {
    const now = await held.stat(name);
    const part = partOf(line.path);
    if (now !== null && (await hasContent(job, line, now))) {
      await removeIfThere(held, part);
      const hashes = await hashesOn(job, line.path);
      await dress(job, held.place(name), line);
      const state = await stateOf(held, name, { line, hashes });
      return { result: 'NoCopyNecessary', state, reason: 'the file has that content already', sentBytes: 0 };
    }
    if (!(await isAsBefore(job, line.prior, { path: line.path, now }))) {
      await removeIfThere(held, part);
      return { result: 'Failed', state: line.prior, reason: CONFLICT, sentBytes: 0 };
    }
    const key = JSON.stringify([job.target.url, job.transferId, line.path]);
    const hashes = await downloadFile(job, line.blob, { key, place: held.place(part) });
    await dress(job, held.place(part), line);
    if (!isSameFile(await held.stat(name), now)) {
      await removeIfThere(held, part);
      return { result: 'Failed', state: line.prior, reason: CONFLICT, sentBytes: 0 };
    }
    await fromSource(() => rename(held.place(part), held.place(name)));
    await held.sync();
    const state = await stateOf(held, name, { line, hashes });
    return { result: 'Transferred', state, reason: null, sentBytes: line.blob.sizeBytes };
  });
}

/** Deletes the file both sides had; one that is another by now stays. Repeatable. */
export async function deleteBack(
  job: BackJob,
  { path, prior }: Extract<BackLine, { action: 'delete' }>,
): Promise<BroughtBack> {
  const { folder, name } = splitPath(path);
  const done: BroughtBack = {
    result: 'Transferred',
    state: null,
    reason: 'deleted: no longer on the target',
    sentBytes: 0,
  };
  try {
    return await inFolder(job.root, { path: folder, make: false }, async (held) => {
      const now = await held.stat(name);
      if (now === null) return done;
      if (!(await isAsBefore(job, prior, { path, now }))) {
        return {
          result: 'Failed',
          state: prior,
          reason: `no longer on the target; ${CONFLICT}`,
          sentBytes: 0,
        };
      }
      await removeIfThere(held, name);
      await held.sync();
      return done;
    });
  } catch (error) {
    if (error instanceof SourceProblem && error.kind === 'gone') return done;
    throw error;
  }
}

/** Removes what an attempt that won't go on left beside the file. */
export async function dropPart(root: SourceRoot, path: string): Promise<void> {
  await inFolder(root, { path: splitPath(path).folder, make: false }, (held) =>
    removeIfThere(held, partOf(path)),
  );
}

/** Never a name of the source: those of files that begin so are copied like others, but none has that hash. */
const partOf = (path: string): string =>
  `.causeway-${createHash('sha256').update(path).digest('hex').slice(0, 32)}.part`;

async function removeIfThere(held: HeldFolder, name: string): Promise<void> {
  if ((await held.stat(name)) !== null) await fromSource(() => unlink(held.place(name)));
}

const hashesOn = ({ root, slice }: BackJob, path: string): Promise<ContentHashes> =>
  withFile(root, path, (file) => hashFile(file, (bytes) => slice.pace(0, bytes)));

/** The blob's content is there: an earlier attempt was killed after it, or only metadata changed. */
async function hasContent(job: BackJob, { path, blob }: Write, now: FileStat): Promise<boolean> {
  if (now.sizeBytes !== blob.sizeBytes) return false;
  const expected = blob.md5 ?? (await md5Of(job, blob));
  return (await hashesOn(job, path)).md5 === expected;
}

/** Of a blob that was written without one. */
async function md5Of({ target, slice }: BackJob, { name }: BlobProperties): Promise<string> {
  const md5 = createHash('md5');
  for await (const chunk of (await target.read(name)) as AsyncIterable<Buffer>) {
    md5.update(chunk);
    await slice.pace(0, chunk.byteLength);
  }
  return md5.digest('base64');
}

/** Whether what is there now is what both sides had: by its facts, or else by its content. */
async function isAsBefore(
  job: BackJob,
  prior: TargetState | null,
  { path, now }: { path: string; now: FileStat | null },
): Promise<boolean> {
  if (prior === null || now === null) return prior === null && now === null;
  if (prior.stat.sizeBytes !== now.sizeBytes) return false;
  return prior.stat.mtimeNs === now.mtimeNs || (await hashesOn(job, path)).sha256 === prior.sha256;
}

const isSameFile = (a: FileStat | null, b: FileStat | null): boolean =>
  a?.inode === b?.inode && a?.mtimeNs === b?.mtimeNs && a?.sizeBytes === b?.sizeBytes;

/** Mode, owner and time: the blob's where it carries them, else those of the file before. */
async function dress({ transferId }: BackJob, place: Buffer, { blob, prior }: Write): Promise<void> {
  const { metadata, md5 } = blob;
  const isOurs = metadata['causeway_transfer'] === transferId;
  const uid = numberIn(metadata['posix_owner']) ?? prior?.stat.uid;
  const gid = numberIn(metadata['posix_group']) ?? prior?.stat.gid;
  const mode = numberIn(metadata['permissions']) ?? prior?.stat.mode ?? 0o644;
  // Before the mode: a change of owner clears set-user-id.
  if (process.getuid?.() === 0 && uid !== undefined && gid !== undefined) {
    await fromSource(() => chown(place, uid, gid));
  }
  // Who may write blobs must not become another user here.
  await fromSource(() => chmod(place, mode & (isOurs ? 0o7777 : 0o777)));
  const { modtime = '' } = metadata;
  // A writer that keeps the metadata of what it replaces keeps an older time as well.
  if (!/^-?\d{1,19}$/.test(modtime) || metadata['causeway_md5'] !== md5) return;
  await fromSource(() => utimes(place, secondsOf(modtime), secondsOf(modtime)));
}

const numberIn = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,10}$/.test(text) && Number(text) < 2 ** 32 ? Number(text) : undefined;

async function stateOf(
  held: HeldFolder,
  name: string,
  { line, hashes }: { line: Write; hashes: ContentHashes },
): Promise<TargetState> {
  const stat = await held.stat(name);
  if (stat === null) throw new SourceProblem('gone', 'gone right after it was written');
  return { path: line.path, stat, ...hashes, etag: line.blob.etag, settled: false };
}

/** What became of it where it failed by itself; other trouble is thrown on. */
export function failureOf(error: unknown, { prior }: BackLine): BroughtBack {
  if (error instanceof MigrationError && error.code === 'not-found') {
    return {
      result: 'NoCopyNecessary',
      state: prior,
      reason: 'gone on the target since it was listed',
      sentBytes: 0,
    };
  }
  if (!(error instanceof SourceProblem)) throw error;
  return { result: 'Failed', state: prior, reason: error.message, sentBytes: 0 };
}
