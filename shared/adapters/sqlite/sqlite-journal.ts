import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { MigrationError, StaleWriteError } from '../../contracts/errors';
import { checkJournalId, checkPosition, checkSegment } from '../../domain/journal-rules';
import type { Journal } from '../../ports/journal';
import { GroupCommit } from './group-commit';
import { openDatabase, type OpenOptions } from './open-database';
import { type Chunk, toChunks } from './sqlite-journal-chunks';
import { JOURNAL_FORMAT } from './sqlite-journal-format';

interface Segment {
  readonly key: number;
  readonly length: number;
}

/** Journals in one SQLite file. Several instances, also in several processes, may share a file. */
export class SqliteJournal implements Journal {
  readonly #database: DatabaseSync;
  readonly #commits: GroupCommit;
  readonly #statements: Record<keyof typeof SQL, StatementSync>;

  /** Creates the file where there is none. Throws `unsupported` for a file of another kind or a newer format. */
  constructor(path: string, options: OpenOptions = {}) {
    this.#database = openDatabase(path, JOURNAL_FORMAT, options);
    this.#commits = new GroupCommit(this.#database);
    this.#statements = {
      segment: this.#database.prepare(SQL.segment),
      createSegment: this.#database.prepare(SQL.createSegment),
      setLength: this.#database.prepare(SQL.setLength),
      addChunk: this.#database.prepare(SQL.addChunk),
      chunk: this.#database.prepare(SQL.chunk),
      names: this.#database.prepare(SQL.names),
      drop: this.#database.prepare(SQL.drop),
    };
  }

  async append(
    journalId: string,
    segment: string,
    position: number,
    lines: readonly unknown[],
  ): Promise<void> {
    checkJournalId(journalId);
    checkSegment(segment);
    checkPosition(position);
    const chunks = toChunks(lines);
    await this.#commits.run(() => this.#append(journalId, segment, position, lines.length, chunks));
  }

  /** Throws `conflict` when the segment is dropped while it is read: what came so far would pass for the whole. */
  async *read(journalId: string, segment: string, from = 0): AsyncIterable<unknown> {
    checkPosition(from);
    const start = this.#segment(journalId, segment);
    for (let position = from; start !== null;) {
      const row = this.#statements.chunk.get(start.key, position);
      if (row === undefined) {
        throw new MigrationError('conflict', `Segment ${segment} of ${journalId} was dropped while read`);
      }
      if (row['lines'] === null) return;
      const lines = String(row['lines'])
        .split('\n')
        .slice(position - Number(row['position']));
      position += lines.length;
      for (const line of lines) yield JSON.parse(line);
    }
  }

  async length(journalId: string, segment: string): Promise<number> {
    return this.#segment(journalId, segment)?.length ?? 0;
  }

  async segments(journalId: string, prefix: string): Promise<readonly string[]> {
    return this.#statements.names.all(journalId, prefix).map((row) => String(row['name']));
  }

  async drop(journalId: string, prefix: string): Promise<void> {
    await this.#commits.run(() => this.#statements.drop.run(journalId, prefix));
  }

  /** Writes what was appended before the call and closes the file; later calls reject. */
  close(): void {
    this.#commits.close();
    this.#database.close();
  }

  #append(journalId: string, name: string, position: number, count: number, chunks: readonly Chunk[]): void {
    const found = this.#segment(journalId, name);
    const length = found?.length ?? 0;
    if (length !== position) {
      throw new StaleWriteError(`Segment ${name} of ${journalId} holds ${length} lines, not ${position}`);
    }
    if (count === 0) return;
    const key = found?.key ?? Number(this.#statements.createSegment.get(journalId, name)?.['key']);
    for (const { offset, text } of chunks) this.#statements.addChunk.run(key, position + offset, text);
    this.#statements.setLength.run(position + count, key);
  }

  #segment(journalId: string, name: string): Segment | null {
    const row = this.#statements.segment.get(journalId, name);
    return row === undefined ? null : { key: Number(row['key']), length: Number(row['length']) };
  }
}

const SQL = {
  segment: 'SELECT key, length FROM segments WHERE journal = ? AND name = ?',
  createSegment: 'INSERT INTO segments (journal, name, length) VALUES (?, ?, 0) RETURNING key',
  setLength: 'UPDATE segments SET length = ? WHERE key = ?',
  addChunk: 'INSERT INTO chunks (segment, position, lines) VALUES (?, ?, ?)',
  /** The chunk that holds a position: nulls past the end, no row where the segment is gone. */
  chunk: `SELECT position, lines FROM segments LEFT JOIN chunks ON segment = key AND ?2 < length
    AND position = (SELECT max(position) FROM chunks WHERE segment = ?1 AND position <= ?2) WHERE key = ?1`,
  // instr and not LIKE: it is exact in case and has no wildcards.
  names: 'SELECT name FROM segments WHERE journal = ?1 AND instr(name, ?2) = 1 ORDER BY name',
  drop: 'DELETE FROM segments WHERE journal = ?1 AND instr(name, ?2) = 1',
} as const;
