import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from '../../shared/adapters/sqlite/in-transaction';
import { openDatabase, type FileFormat } from '../../shared/adapters/sqlite/open-database';
import type { Binding } from '../function-app';
import { containerOf } from './output-binding';
import type { DocumentWriter, OutputsContext } from './output-target';

const FORMAT: FileFormat = {
  kind: 'document container',
  applicationId: 0x4357646f,
  version: 1,
  schema: `
    create table documents (
      change integer primary key autoincrement,
      container text not null,
      id text not null,
      body text not null,
      unique (container, id)
    ) strict;
    create index documents_by_change on documents (container, change);
  `,
};

/**
 * Containers of documents in `documents.db`, where the settings name no account: enough for what `cosmosDB` outputs write and
 * `cosmosDBTrigger` functions read. A container has one partition, in which an `id` occurs once.
 */
export class DocumentsFile implements DocumentWriter {
  readonly #db: DatabaseSync;
  readonly #nowMs: () => number;

  constructor({ dataDir, clock }: Pick<OutputsContext, 'dataDir' | 'clock'>) {
    this.#db = openDatabase(join(dataDir, 'documents.db'), FORMAT);
    this.#nowMs = () => clock.now();
  }

  /** All or none. A document gets `_ts`, `_etag`, and an `id` where it has none. */
  async upsert(binding: Binding, documents: readonly Record<string, unknown>[]): Promise<void> {
    const { database, container } = containerOf(binding);
    const remove = this.#db.prepare('delete from documents where container = ? and id = ?');
    const insert = this.#db.prepare('insert into documents (container, id, body) values (?, ?, ?)');
    inTransaction(this.#db, () => {
      for (const document of documents) {
        const stored = this.#stamped(document);
        // A change takes a place of its own, at the end of the feed.
        remove.run(`${database}/${container}`, stored.id);
        insert.run(`${database}/${container}`, stored.id, JSON.stringify(stored));
      }
    });
  }

  /** Documents written after a change, the oldest change first; of each only its latest. */
  changes(
    container: string,
    after: number,
    limit: number,
  ): readonly { readonly change: number; readonly document: unknown }[] {
    return this.#db
      .prepare(
        'select change, body from documents where container = ? and change > ? order by change limit ?',
      )
      .all(container, after, limit)
      .map((row) => ({
        change: Number(row['change']),
        document: JSON.parse(String(row['body'])) as unknown,
      }));
  }

  async close(): Promise<void> {
    this.#db.close();
  }

  #stamped(document: Record<string, unknown>): Record<string, unknown> & { readonly id: string } {
    const { id = randomUUID() } = document;
    if (typeof id !== 'string' || id === '')
      throw new TypeError(`the id of a document must be a text, not ${JSON.stringify(id)}`);
    return { ...document, id, _etag: randomUUID(), _ts: Math.floor(this.#nowMs() / 1000) };
  }
}
