import { MigrationError } from '../../../contracts/errors';
import type { DatabaseBackupInput, DatabaseBackupReference } from './backup-input';
import { openClient } from '../connect/open-client';
import type { SavedBlob } from './backup-blob';
import { beginRead } from './copy-statements';
import { cutParts, type Piece } from './cut-parts';
import type { BackupLine } from './database-manifest';
import { largeObjectPieces } from './large-object-pieces';
import type { OfflineContext, OfflineProgress } from './offline-context';
import { readAll, readOnly } from './offline-journal';
import { readSequences, type SequencePosition } from './set-sequences';
import { readSourceMark, type SourceMark } from './source-mark';
import { RANGES_FROM, readSourceTables, serverMajor } from './source-tables';

/** Blobs about this large at most: one that was killed is saved again. */
const RANGE_BYTES = 256 * 2 ** 20;
const LINES_AN_APPEND = 1_000;

export interface BackupPlan {
  readonly startedAt: string;
  readonly schema: SavedBlob;
  readonly mark: SourceMark;
  readonly sequences: readonly SequencePosition[];
}

interface SavedLine {
  readonly index: number;
  readonly line: BackupLine;
}

/** What one attempt at a backup has to save and has saved, in the journal. */
export class BackupLedger {
  /** Where its blobs are. */
  readonly prefix: string;
  private readonly base: string;
  private planned: BackupPlan | null = null;
  private pieces: readonly Piece[] = [];
  private saved: SavedLine[] = [];
  private appending: Promise<void> = Promise.resolve();

  constructor(
    private readonly context: OfflineContext,
    readonly input: DatabaseBackupInput,
  ) {
    const { backupId, attempt } = input;
    this.prefix = attempt === 1 ? backupId : `${backupId}-${attempt}`;
    this.base = `offline-backup/${this.prefix}`;
  }

  get assetId(): string {
    return this.context.asset.id;
  }

  result(): Promise<DatabaseBackupReference | null> {
    return this.read<DatabaseBackupReference>('result');
  }

  /** False where nothing is planned yet. */
  async isPlanned(): Promise<boolean> {
    return (await this.read<BackupPlan>('plan')) !== null;
  }

  /** Reads what is planned and what is done. */
  async open(): Promise<void> {
    const { journal, migrationId } = this.context;
    this.planned = await this.read<BackupPlan>('plan');
    this.pieces = await readAll<Piece>(journal, migrationId, `${this.base}/pieces`);
    this.saved = [...(await readAll<SavedLine>(journal, migrationId, `${this.base}/lines`))];
  }

  plan(): BackupPlan {
    if (this.planned === null) throw new MigrationError('internal', 'the backup was not opened');
    return this.planned;
  }

  openPieces(): readonly { index: number; piece: Piece }[] {
    const done = new Set(this.saved.map(({ index }) => index));
    return this.pieces.map((piece, index) => ({ index, piece })).filter(({ index }) => !done.has(index));
  }

  /** Durable before it returns; one after the other, since a journal takes no two lines for the same place. */
  add(index: number, line: BackupLine): Promise<void> {
    const append = async () => {
      const { journal, migrationId } = this.context;
      await journal.append(migrationId, `${this.base}/lines`, this.saved.length, [{ index, line }]);
      this.saved.push({ index, line });
    };
    const appended = this.appending.then(append);
    this.appending = appended.catch(() => undefined);
    return appended;
  }

  /** In the order of the plan. */
  lines(): readonly BackupLine[] {
    return [...this.saved].sort((one, other) => one.index - other.index).map(({ line }) => line);
  }

  counts(): { items: number; bytes: number } {
    const lines = this.lines();
    return {
      items: lines.reduce((sum, line) => sum + (line.kind === 'schema' ? 0 : line.rows), 0),
      bytes: lines.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    };
  }

  progress(): OfflineProgress {
    const sum = (pieces: readonly (Piece | undefined)[], count: (piece: Piece) => number) =>
      Math.round(pieces.reduce((total, piece) => total + (piece ? count(piece) : 0), 0));
    const done = this.saved.map(({ index }) => this.pieces[index]);
    return {
      totalItems: sum(this.pieces, ({ rows }) => rows),
      doneItems: sum(done, ({ rows }) => rows),
      totalBytes: sum(this.pieces, ({ bytes }) => bytes),
      doneBytes: sum(done, ({ bytes }) => bytes),
    };
  }

  async finish(reference: DatabaseBackupReference): Promise<void> {
    await this.context.journal.append(this.context.migrationId, `${this.base}/result`, 0, [reference]);
  }

  /** What was saved of a state that nobody can read any more. */
  async forget(): Promise<void> {
    await this.context.journal.drop(this.context.migrationId, `${this.base}/`);
  }

  private read<T>(name: string): Promise<T | null> {
    return readOnly<T>(this.context.journal, this.context.migrationId, `${this.base}/${name}`);
  }

  /** The plan is written last: without it, what an earlier call left of the pieces counts for nothing. */
  async makePlan(schema: SavedBlob, snapshot: string | null): Promise<void> {
    const { asset, clock, journal, migrationId, source } = this.context;
    const client = await openClient(source, { name: 'offline backup', readOnly: true });
    try {
      await client.query(beginRead(snapshot));
      const mark = await readSourceMark(client, asset.schemas);
      const major = await serverMajor(client);
      const tables = await readSourceTables(client, asset.schemas, major);
      const objects = await largeObjectPieces(client, RANGE_BYTES);
      const pieces = cutParts(tables, objects, {
        rangeBytes: RANGE_BYTES,
        ranges: major >= RANGES_FROM,
      }).flat();
      await journal.drop(migrationId, `${this.base}/pieces`);
      for (let from = 0; from < pieces.length; from += LINES_AN_APPEND)
        await journal.append(
          migrationId,
          `${this.base}/pieces`,
          from,
          pieces.slice(from, from + LINES_AN_APPEND),
        );
      const sequences = await readSequences(client, asset.schemas);
      const plan: BackupPlan = { startedAt: clock.now().toISOString(), schema, mark, sequences };
      await journal.append(migrationId, `${this.base}/plan`, 0, [plan]);
    } finally {
      await client.end();
    }
  }
}
