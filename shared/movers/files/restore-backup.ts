import { createHash, type Hash } from 'node:crypto';
import {
  chmod,
  lchown,
  lutimes,
  mkdir,
  open,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  utimes,
} from 'node:fs/promises';
import { MigrationError } from '../../contracts/errors';
import type { BlobTarget } from '../../ports/blob-target';
import { ManifestLine, type BackupReference, type FileLine, type PackLine } from './backup-manifest';
import type { FilesContext } from './files-context';
import { decodePath } from './item-path';
import { hashesOf } from './read-file';
import { systemErrorCode } from './source-root';

export interface RestoreInput {
  readonly backup: Pick<BackupReference, 'container' | 'manifest' | 'sha256'>;
  /** Must be empty or absent; its parent must exist. */
  readonly toFolder: string;
}

export interface RestoreResult {
  readonly items: number;
  readonly bytes: number;
}

/**
 * Restores a backup: content, folders, links, modes, times (to the microsecond; Node sets no finer ones) and, for root, owners. Every
 * pack and every file is hashed before it counts, the manifest as well. It is built beside the folder and put in its place only when
 * all of it is right, so a restore that was killed is simply begun anew.
 */
export async function restoreBackup(
  context: Pick<FilesContext, 'blobs'>,
  input: RestoreInput,
): Promise<RestoreResult> {
  const { backup, toFolder } = input;
  const mode = await modeOfEmpty(toFolder);
  const building = `${toFolder}.restoring`;
  await rm(building, { recursive: true, force: true });
  await mkdir(building, { mode: 0o700 });

  const target = context.blobs.container(backup.container);
  const sha256 = createHash('sha256');
  const restoration = new Restoration(target, Buffer.from(`${building}/`));
  for await (const line of manifestLines(target, backup.manifest, sha256)) await restoration.take(line);
  const result = await restoration.finish();
  if (sha256.digest('hex') !== backup.sha256) broken(`${backup.manifest} is not the manifest it should be`);
  await chmod(building, mode);
  await rename(building, toFolder);
  return result;
}

type Placed = Extract<ManifestLine, { kind: 'folder' | 'file' | 'link' }>;

class Restoration {
  private pack: { readonly line: PackLine; readonly content: Buffer } | null = null;
  private readonly folders: Extract<ManifestLine, { kind: 'folder' }>[] = [];
  private readonly links: Extract<ManifestLine, { kind: 'link' }>[] = [];
  private end: RestoreResult | null = null;
  private items = 0;
  private bytes = 0;

  constructor(
    private readonly target: BlobTarget,
    private readonly folder: Buffer,
  ) {}

  async take(line: ManifestLine): Promise<void> {
    switch (line.kind) {
      case 'pack':
        this.pack = { line, content: await this.download(line) };
        return;
      case 'folder':
        await mkdir(this.place(line.path), { mode: 0o700 });
        this.folders.push(line);
        return;
      case 'file':
        return this.write(line);
      case 'link':
        // Last of all, so that nothing is ever written through one.
        this.links.push(line);
        return;
      case 'end':
        this.end = line;
        return;
      case 'backup':
      case 'omitted':
    }
  }

  async finish(): Promise<RestoreResult> {
    const { items, bytes } = this;
    if (this.end?.items !== items || this.end.bytes !== bytes) broken('the manifest is not complete');
    for (const link of this.links) {
      await symlink(Buffer.from(link.target, 'base64'), this.place(link.path));
      await this.dress(link);
    }
    // What is written into a folder changes its time: innermost first, and after the links.
    for (const folder of this.folders.reverse()) await this.dress(folder);
    return { items, bytes };
  }

  private async download({ name, sha256, sizeBytes }: PackLine): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of (await this.target.read(name)) as AsyncIterable<Buffer>) chunks.push(chunk);
    const content = Buffer.concat(chunks);
    if (content.byteLength !== sizeBytes || hashesOf(content).sha256 !== sha256)
      broken(`pack ${name} is damaged`);
    return content;
  }

  private async write(line: FileLine): Promise<void> {
    const content = this.contentOf(line);
    if (content.byteLength !== line.length || hashesOf(content).sha256 !== line.sha256) {
      broken(`${line.path} is not in its pack`);
    }
    const file = await open(this.place(line.path), line.fileOffset === 0 ? 'wx' : 'r+', 0o600);
    try {
      if ((await file.stat()).size !== line.fileOffset) broken(`${line.path} has parts missing`);
      await file.write(content, 0, content.byteLength, line.fileOffset);
      await file.datasync();
    } finally {
      await file.close();
    }
    this.bytes += line.length;
    if (line.fileOffset + line.length < line.sizeBytes) return;
    this.items += 1;
    await this.dress(line);
  }

  private contentOf({ pack, offset, length, path }: FileLine): Buffer {
    if (length === 0) return Buffer.alloc(0);
    if (this.pack === null || this.pack.line.pack !== pack) broken(`${path} names a pack that was not given`);
    return this.pack.content.subarray(offset, offset + length);
  }

  private async dress({ kind, path, mode, mtimeNs, uid, gid }: Placed): Promise<void> {
    const place = this.place(path);
    const seconds = secondsOf(mtimeNs);
    // Before the mode: a change of owner clears set-user-id.
    if (process.getuid?.() === 0) await lchown(place, uid, gid);
    if (kind === 'link') return lutimes(place, seconds, seconds);
    await chmod(place, mode & 0o7777);
    await utimes(place, seconds, seconds);
  }

  private place(path: string): Buffer {
    return Buffer.concat([this.folder, decodePath(path)]);
  }
}

/** Node cuts to microseconds what it multiplies out of a float: half of one more, so that it's the right one. */
export const secondsOf = (timeNs: string): number => (Number(BigInt(timeNs) / 1_000n) + 0.5) / 1e6;

/** Mode for the restored folder: that of the empty one in its place; nobody else's business where there is none. */
async function modeOfEmpty(folder: string): Promise<number> {
  try {
    if ((await readdir(folder)).length === 0) return (await stat(folder)).mode & 0o7777;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return 0o700;
    throw error;
  }
  throw new MigrationError('conflict', `${folder} is not empty: a backup is restored into an empty folder`);
}

async function* manifestLines(target: BlobTarget, name: string, sha256: Hash): AsyncGenerator<ManifestLine> {
  let rest = Buffer.alloc(0);
  for await (const chunk of (await target.read(name)) as AsyncIterable<Buffer>) {
    sha256.update(chunk);
    let text = Buffer.concat([rest, chunk]);
    for (let end = text.indexOf(10); end >= 0; end = text.indexOf(10)) {
      yield parseLine(text.subarray(0, end));
      text = text.subarray(end + 1);
    }
    rest = text;
  }
  if (rest.byteLength > 0) broken('the manifest ends in the middle of a line');
}

function parseLine(text: Buffer): ManifestLine {
  try {
    return ManifestLine.parse(JSON.parse(text.toString()));
  } catch (cause) {
    throw new MigrationError('log-broken', 'the manifest holds a line that is none', { cause });
  }
}

function broken(message: string): never {
  throw new MigrationError('log-broken', message);
}
