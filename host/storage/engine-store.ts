import path from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { inTransaction } from '../../shared/adapters/sqlite/in-transaction';
import type { Episode, RuntimeStatus } from '../engine/history';
import { EntityStore, STARTS_WITH } from './entity-store';
import { migrate } from './schema-migrations';
import { remedyOfDamage, StorageError, storageFault } from './storage-fault';

/** An instance as stored. JSON texts; a running instance's `updatedAtMs` is only as fresh as its last change of status. */
export interface InstanceRow {
  readonly no: number;
  readonly id: string;
  readonly name: string;
  readonly executionId: string;
  readonly status: RuntimeStatus;
  readonly input: string;
  readonly output: string | null;
  readonly customStatus: string | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly parentId: string | null;
  readonly parentExecutionId: string | null;
  readonly parentTaskId: number | null;
}

export interface InstanceFilter {
  readonly statuses?: readonly RuntimeStatus[];
  readonly createdFromMs?: number;
  readonly createdToMs?: number;
  readonly idPrefix?: string;
}

/** As the index of them has it. */
const LIVE = `status IN ('Running', 'Suspended')`;

/** A tool that reads or copies the file may hold it for a moment; longer counts as a failed commit. */
const BUSY_TIMEOUT_MS = 2_000;

/**
 * The durable engine's file: one row an instance, one append-only row an episode.
 * What is promised is on disk when `transaction` returns (WAL, synchronous=FULL). Single writer: the data folder's lock.
 * Throws StorageError where the file cannot be opened, read or written.
 */
export class EngineStore {
  readonly entities: EntityStore;
  private readonly file: string;
  private readonly db: DatabaseSync;
  private readonly statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();

  constructor(dataDir: string) {
    this.file = path.join(dataDir, 'engine.db');
    this.db = this.told(() => {
      const db = new DatabaseSync(this.file, { timeout: BUSY_TIMEOUT_MS });
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
      migrate(db, this.file);
      // A file that can only be read opens as well; the first commit would be too late to say so.
      db.exec('BEGIN IMMEDIATE; ROLLBACK');
      return db;
    });
    this.entities = new EntityStore((sql) => this.statement(sql));
  }

  transaction(work: () => void): void {
    this.told(() => inTransaction(this.db, work));
  }

  /** Creates the instance in place of an ended one with the same id, if there is one, and returns its number. */
  insertInstance(row: Omit<InstanceRow, 'no'>): number {
    const ended = this.find(row.id);
    if (ended !== undefined) this.purge(ended.no);
    const { lastInsertRowid } = this.run(
      `INSERT INTO instance (id, name, executionId, status, input, output, customStatus, createdAtMs, updatedAtMs,
         parentId, parentExecutionId, parentTaskId) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      row.id,
      row.name,
      row.executionId,
      row.status,
      row.input,
      row.output,
      row.customStatus,
      row.createdAtMs,
      row.updatedAtMs,
      row.parentId,
      row.parentExecutionId,
      row.parentTaskId,
    );
    return Number(lastInsertRowid);
  }

  updateInstance(
    row: Pick<
      InstanceRow,
      'no' | 'executionId' | 'status' | 'input' | 'output' | 'customStatus' | 'updatedAtMs'
    >,
  ): void {
    this.run(
      'UPDATE instance SET executionId = ?, status = ?, input = ?, output = ?, customStatus = ?, updatedAtMs = ? WHERE no = ?',
      row.executionId,
      row.status,
      row.input,
      row.output,
      row.customStatus,
      row.updatedAtMs,
      row.no,
    );
  }

  appendEpisode(instanceNo: number, episode: Episode): void {
    this.run('INSERT INTO episode (instance, body) VALUES (?, ?)', instanceNo, JSON.stringify(episode));
  }

  deleteEpisodes(instanceNo: number): void {
    this.run('DELETE FROM episode WHERE instance = ?', instanceNo);
  }

  purge(instanceNo: number): void {
    this.deleteEpisodes(instanceNo);
    this.run('DELETE FROM message WHERE target = (SELECT id FROM instance WHERE no = ?)', instanceNo);
    this.run('DELETE FROM instance WHERE no = ?', instanceNo);
  }

  episodes(instanceNo: number): Episode[] {
    const sql = 'SELECT seq, body FROM episode WHERE instance = ? ORDER BY seq';
    const rows = this.told(() => this.statement(sql).all(instanceNo));
    return rows.map(({ seq, body }) => this.parsed(Number(seq), String(body)));
  }

  find(id: string): InstanceRow | undefined {
    const sql = 'SELECT * FROM instance WHERE id = ?';
    return this.told(() => this.statement(sql).get(id)) as InstanceRow | undefined;
  }

  /** When the instance went on last. */
  lastEpisodeMs(instanceNo: number): number {
    const sql = `SELECT body ->> 'atMs' AS atMs FROM episode WHERE instance = ? ORDER BY seq DESC LIMIT 1`;
    return Number(this.told(() => this.statement(sql).get(instanceNo))?.atMs);
  }

  /** Those that have not ended, after number `afterNo`, in the order of their creation. */
  liveInstances(afterNo: number, limit: number): InstanceRow[] {
    const sql = `SELECT * FROM instance WHERE ${LIVE} AND no > ? ORDER BY no LIMIT ?`;
    return this.told(() => this.statement(sql).all(afterNo, limit)) as unknown as InstanceRow[];
  }

  countLive(): { Running: number; Suspended: number } {
    const sql = `SELECT count(*) FILTER (WHERE status = 'Running') AS Running,
      count(*) FILTER (WHERE status = 'Suspended') AS Suspended FROM instance WHERE ${LIVE}`;
    return this.told(() => this.statement(sql).get()) as { Running: number; Suspended: number };
  }

  /** Instances in the order of their creation, those after number `afterNo`. */
  list(filter: InstanceFilter, afterNo: number, limit: number): InstanceRow[] {
    const conditions = ['no > ?'];
    const values: SQLInputValue[] = [afterNo];
    const add = (condition: string, ...added: SQLInputValue[]): void => {
      conditions.push(condition);
      values.push(...added);
    };
    if (filter.createdFromMs !== undefined) add('createdAtMs >= ?', filter.createdFromMs);
    if (filter.createdToMs !== undefined) add('createdAtMs <= ?', filter.createdToMs);
    if (filter.idPrefix !== undefined) add(STARTS_WITH, filter.idPrefix, filter.idPrefix);
    if (filter.statuses !== undefined) {
      add(`status IN (${filter.statuses.map(() => '?').join(', ')})`, ...filter.statuses);
    }
    const sql = `SELECT * FROM instance WHERE ${conditions.join(' AND ')} ORDER BY no LIMIT ?`;
    return this.told(() => this.db.prepare(sql).all(...values, limit)) as unknown as InstanceRow[];
  }

  close(): void {
    this.statements.clear();
    this.db.close();
  }

  private told<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storageFault(error, this.file);
    }
  }

  private parsed(seq: number, body: string): Episode {
    try {
      return JSON.parse(body) as Episode;
    } catch (error) {
      const message = `${this.file}: episode ${seq} is no JSON. ${remedyOfDamage(path.dirname(this.file))}`;
      throw new StorageError(message, { cause: error });
    }
  }

  private run(sql: string, ...values: SQLInputValue[]): { lastInsertRowid: number | bigint } {
    return this.statement(sql).run(...values);
  }

  private statement(sql: string): ReturnType<DatabaseSync['prepare']> {
    const known = this.statements.get(sql);
    if (known !== undefined) return known;
    const prepared = this.db.prepare(sql);
    this.statements.set(sql, prepared);
    return prepared;
  }
}
