import { realpathSync } from 'node:fs';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { MigrationError } from '../../contracts/errors';
import type { Change, DocumentType, Operation, Page, PageRequest, Store, Stored } from '../../ports/store';
import { checkKey, checkPageLimit, PAGE_DEFAULT, parseBody } from '../../ports/store-limits';
import { GroupCommit } from './group-commit';
import { openDatabase, type OpenOptions } from './open-database';
import { decodeContinuation, encodeContinuation } from './sqlite-store-continuation';
import { STORE_FORMAT } from './sqlite-store-format';
import { listenToFile, wakeListeners } from './sqlite-store-listeners';
import { prepareWrites, SqliteStoreWriter } from './sqlite-store-writer';

interface Row {
  readonly sequence: number;
  readonly partition: string;
  readonly id: string;
  readonly body: string;
  readonly type?: string;
  readonly value?: string;
}

/** How many documents are remembered to fit their schema as they are stored. */
const REMEMBERED_VERSIONS = 10_000;

/** What a document of the container `ledger` looks like to a function that its change feed drives. */
export interface LedgerDocument {
  /** Type and id together, unique in the partition. */
  readonly id: string;
  readonly partition: string;
  readonly type: string;
  /** The document's own id. */
  readonly name: string;
  readonly body: unknown;
}

/** The store in one SQLite file. Several instances, also in several processes, may share a file. */
export class SqliteStore implements Store {
  readonly #database: DatabaseSync;
  readonly #commits: GroupCommit;
  readonly #writer: SqliteStoreWriter;
  readonly #file: string;
  readonly #statements = new Map<string, StatementSync>();
  readonly #fitting = new Set<number>();

  /** Creates the file where there is none. Throws `unsupported` for a file of another kind or a newer format. */
  constructor(path: string, options: OpenOptions = {}) {
    this.#database = openDatabase(path, STORE_FORMAT, options);
    this.#file = realpathSync(path);
    this.#writer = new SqliteStoreWriter(this.#database);
    this.#commits = new GroupCommit(this.#database, () => wakeListeners(this.#file));
  }

  async read<T>(type: DocumentType<T>, partition: string, id: string): Promise<Stored<T> | null> {
    checkKey('partition', partition);
    checkKey('id', id);
    const sql =
      'SELECT sequence, partition, id, body FROM documents WHERE type = ? AND partition = ? AND id = ?';
    const [row] = this.#rows(sql, type.name, partition, id);
    return row === undefined ? null : this.#toStored(type, row);
  }

  async list<T>(type: DocumentType<T>, partition: string, page: PageRequest = {}): Promise<Page<T>> {
    checkKey('partition', partition);
    const limit = checkPageLimit(page.limit ?? PAGE_DEFAULT);
    const after = decodeContinuation(page.continuation, 1);
    const sql = `SELECT sequence, partition, id, body FROM documents
      WHERE type = ? AND partition = ? AND id > ? ORDER BY id LIMIT ?`;
    const rows = this.#rows(sql, type.name, partition, ...after, limit + 1);
    return this.#toPage(type, rows, limit, (row) => [row.id]);
  }

  async find<T>(
    type: DocumentType<T>,
    index: string,
    range: { readonly equals: string } | { readonly from: string; readonly to: string },
    page: PageRequest = {},
  ): Promise<Page<T>> {
    const limit = checkPageLimit(page.limit ?? PAGE_DEFAULT);
    const after = decodeContinuation(page.continuation, 3);
    const [from, to] = 'equals' in range ? [range.equals, range.equals] : [range.from, range.to];
    const sql = `SELECT d.sequence, d.partition, d.id, d.body, e.value
      FROM index_entries e JOIN documents d ON d.sequence = e.sequence
      WHERE e.type = ? AND e.name = ? AND e.value BETWEEN ? AND ? AND (e.value, e.id, e.partition) > (?, ?, ?)
      ORDER BY e.value, e.id, e.partition LIMIT ?`;
    const rows = this.#rows(sql, type.name, index, from, to, ...after, limit + 1);
    return this.#toPage(type, rows, limit, (row) => [row.value ?? '', row.id, row.partition]);
  }

  async commit(partition: string, operations: readonly Operation[]): Promise<void> {
    const writes = prepareWrites(partition, operations);
    await this.#commits.run(() => {
      for (const write of writes) this.#writer.apply(write);
    });
  }

  async changes(
    type: string,
    after: string | null,
    limit: number,
  ): Promise<{ changes: readonly Change[]; next: string }> {
    const position = this.#position(after ?? '0');
    const sql = `SELECT sequence, partition, id, body, type FROM documents
      WHERE type = ? AND sequence > ? ORDER BY sequence LIMIT ?`;
    const rows = this.#rows(sql, type, position, checkPageLimit(limit));
    const changes = rows.map(({ partition, id, body }) => ({
      partition,
      type,
      id,
      body: JSON.parse(body) as unknown,
    }));
    return { changes, next: String(rows.at(-1)?.sequence ?? position) };
  }

  /**
   * Inserted and replaced documents of every type after a position, oldest first, each as Cosmos DB's change feed hands it over.
   * `next` is where to go on.
   */
  async changedDocuments(
    after: string | null,
    limit: number,
  ): Promise<{ documents: LedgerDocument[]; next: string }> {
    const position = this.#position(after ?? '0');
    const sql = `SELECT sequence, partition, id, body, type FROM documents
      WHERE sequence > ? ORDER BY sequence LIMIT ?`;
    const rows = this.#rows(sql, position, checkPageLimit(limit));
    const documents = rows.map(({ partition, type = '', id, body }) => ({
      id: `${type}:${id}`,
      partition,
      type,
      name: id,
      body: JSON.parse(body) as unknown,
    }));
    return { documents, next: String(rows.at(-1)?.sequence ?? position) };
  }

  /**
   * Calls the listener after commits through any instance on this file in this process; another process's commits do not
   * call it, so a reader of the change feed also asks now and then. Returns what ends it.
   */
  onCommit(listener: () => void): () => void {
    return listenToFile(this.#file, listener);
  }

  /** Writes what was committed before the call and closes the file; later calls reject. */
  close(): void {
    this.#commits.close();
    this.#database.close();
  }

  /** A position past the last write comes from another file, or from before a restore: going on there would skip changes. */
  #position(text: string): number {
    const position = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    const last = this.#database.prepare('SELECT seq FROM sqlite_sequence WHERE name = ?').get('documents');
    if (position <= Number(last?.['seq'] ?? 0)) return position;
    throw new MigrationError('invalid-input', `This store gave no position ${JSON.stringify(text)}`, {
      field: 'after',
    });
  }

  #rows(sql: string, ...parameters: SQLInputValue[]): Row[] {
    const statement = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement.all(...parameters) as unknown as Row[];
  }

  /**
   * A version never changes, and documents are read far more often than written: what fits its schema just as it is stored is
   * only parsed from then on.
   */
  #toStored<T>(type: DocumentType<T>, { partition, id, body: text, sequence }: Row): Stored<T> {
    const stored = JSON.parse(text) as T;
    const stand = { partition, id, version: String(sequence) };
    if (this.#fitting.has(sequence)) return { ...stand, body: stored };
    const body = parseBody(type, id, stored);
    if (JSON.stringify(body) === text) {
      if (this.#fitting.size >= REMEMBERED_VERSIONS) this.#fitting.clear();
      this.#fitting.add(sequence);
    }
    return { ...stand, body };
  }

  /** `rows` holds one more than the limit where there is another page. */
  #toPage<T>(
    type: DocumentType<T>,
    rows: readonly Row[],
    limit: number,
    sortKey: (row: Row) => string[],
  ): Page<T> {
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    const continuation = rows.length > limit && last !== undefined ? encodeContinuation(sortKey(last)) : null;
    return { items: shown.map((row) => this.#toStored(type, row)), continuation };
  }
}
