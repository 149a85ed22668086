import { createHash } from 'node:crypto';
import { MigrationError } from '../../contracts/errors';
import type { BlobTarget, WriteCondition } from '../../ports/blob-target';
import { advance, backupSegments, type BackupPosition } from './backup-ledger';
import type { ManifestLine, PackLine } from './backup-manifest';
import type { FilesContext } from './files-context';
import { hashesOf } from './read-file';
import type { Slice } from './slice';

/** With the pack's own line still one append of the journal. */
const PACK_LINES = 5_000;

export interface PackTarget {
  readonly target: BlobTarget;
  readonly backupId: string;
  readonly packBytes: number;
  readonly slice: Slice;
}

/** Collects content into packs. A pack counts, with all it holds, once it was written and what came back has the same hash (R99). */
export class PackWriter {
  private content: Buffer[] = [];
  private lines: ManifestLine[] = [];
  private bytes = 0;

  constructor(
    private readonly context: FilesContext,
    private readonly to: PackTarget,
    readonly position: BackupPosition,
  ) {}

  /** Number of the pack that is being filled. */
  get pack(): number {
    return this.position.packs + 1;
  }

  /** Makes room; returns where in the pack the content will begin. */
  async reserve(bytes: number): Promise<number> {
    const full = this.bytes + bytes > this.to.packBytes || this.lines.length >= PACK_LINES;
    if (full && this.lines.length > 0) await this.seal();
    return this.bytes;
  }

  add(line: ManifestLine, content: Buffer | null = null): void {
    this.lines.push(line);
    if (content === null) return;
    this.content.push(content);
    this.bytes += content.byteLength;
  }

  async seal(): Promise<void> {
    if (this.lines.length === 0) return;
    const pack = this.bytes > 0 ? [await this.store(Buffer.concat(this.content))] : [];
    const lines = [...pack, ...this.lines];
    const { backupId } = this.to;
    await this.context.journal.append(backupId, backupSegments.lines, this.position.lines, lines);
    for (const line of lines) advance(this.position, line);
    this.content = [];
    this.lines = [];
    this.bytes = 0;
  }

  private async store(content: Buffer): Promise<PackLine> {
    const { target, backupId, slice } = this.to;
    const name = `${backupId}/packs/${String(this.pack).padStart(6, '0')}`;
    const { sha256 } = hashesOf(content);
    await slice.pace(1, 0);
    await putOwned(target, name, { backupId, content });
    await slice.pace(1, 0);
    if ((await hashOfBlob(target, name)) !== sha256) {
      throw new MigrationError(
        'target-conflict',
        `${target.url}/${name} does not hold what was written to it`,
      );
    }
    return { kind: 'pack', pack: this.pack, name, sizeBytes: content.byteLength, sha256 };
  }
}

/** Writes a blob of the backup: absent before, or of the same backup from an attempt that was killed. Never anybody else's. */
export async function putOwned(
  target: BlobTarget,
  name: string,
  { backupId, content }: { backupId: string; content: Buffer },
): Promise<void> {
  const { md5 } = hashesOf(content);
  const metadata = { causeway_backup: backupId };
  const put = (condition: WriteCondition) => target.put(name, content, { condition, md5, metadata });
  try {
    await put({ kind: 'absent' });
  } catch (error) {
    if (!(error instanceof MigrationError) || error.code !== 'target-conflict') throw error;
    const found = await target.properties(name);
    if (found?.metadata['causeway_backup'] !== backupId) throw error;
    if (found.md5 !== md5) await put({ kind: 'etag', etag: found.etag });
  }
}

/** Hex SHA-256 of what the service gives back. */
export async function hashOfBlob(target: BlobTarget, name: string): Promise<string> {
  const sha256 = createHash('sha256');
  for await (const chunk of (await target.read(name)) as AsyncIterable<Buffer>) sha256.update(chunk);
  return sha256.digest('hex');
}
