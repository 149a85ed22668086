import type { DatabaseSync } from 'node:sqlite';
import { MigrationError, StaleWriteError } from '../../contracts/errors';
import type { Operation } from '../../ports/store';
import { checkIndex, checkKey, checkOperations, checkSize, parseBody } from '../../ports/store-limits';

/** An operation that passed its schema and the limits; what remains can only fail against what is stored. */
export interface Write {
  readonly kind: Operation['kind'];
  readonly type: string;
  readonly partition: string;
  readonly id: string;
  readonly version: string | null;
  readonly body: string;
  readonly index: Readonly<Record<string, string>>;
}

/** Checks and serialises a commit, so that a later change of the caller's objects does not reach it. */
export function prepareWrites(partition: string, operations: readonly Operation[]): Write[] {
  checkKey('partition', partition);
  checkOperations(operations);
  const writes = operations.map((operation) => prepareWrite(partition, operation));
  checkSize(
    'The commit',
    writes.reduce((sum, write) => sum + sizeBytes(write), 0),
  );
  return writes;
}

function prepareWrite(partition: string, operation: Operation): Write {
  const { kind, type, id } = operation;
  checkKey('id', id);
  const key = { kind, type: type.name, partition, id };
  if (kind === 'delete') return { ...key, version: operation.version, body: '', index: {} };
  const body = parseBody(type, id, operation.body);
  const index = type.index?.(body) ?? {};
  checkIndex(type.name, index);
  const version = kind === 'replace' ? operation.version : null;
  const write = { ...key, version, body: JSON.stringify(body), index };
  checkSize(`${type.name} ${id}`, sizeBytes(write));
  return write;
}

/** Keys and index entries count, as they do in Cosmos DB, where they are part of the item. */
const sizeBytes = ({ kind, type, partition, id, index, body }: Write): number =>
  kind === 'delete'
    ? 0
    : Buffer.byteLength(body) + Buffer.byteLength(JSON.stringify({ type, partition, id, index }));

/** Applies writes inside a transaction that the caller opened. */
export class SqliteStoreWriter {
  readonly #current;
  readonly #insert;
  readonly #insertEntry;
  readonly #delete;

  constructor(database: DatabaseSync) {
    this.#current = database.prepare(
      'SELECT sequence FROM documents WHERE type = ? AND partition = ? AND id = ?',
    );
    this.#insert = database.prepare(
      'INSERT INTO documents (type, partition, id, body) VALUES (?, ?, ?, ?) RETURNING sequence',
    );
    this.#insertEntry = database.prepare(
      'INSERT INTO index_entries (type, name, value, id, partition, sequence) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#delete = database.prepare('DELETE FROM documents WHERE sequence = ?');
  }

  apply(write: Write): void {
    const { kind, type, partition, id } = write;
    const found = this.#current.get(type, partition, id)?.['sequence'] ?? null;
    if (kind === 'create') {
      if (found !== null) throw new MigrationError('already-exists', `${type} ${id} exists in ${partition}`);
    } else {
      if (found === null || String(found) !== write.version) {
        const state = found === null ? 'is gone' : 'changed since it was read';
        throw new StaleWriteError(`${type} ${id} in ${partition} ${state}`);
      }
      this.#delete.run(found);
    }
    if (kind !== 'delete') this.#put(write);
  }

  #put({ type, partition, id, body, index }: Write): void {
    const sequence = Number(this.#insert.get(type, partition, id, body)?.['sequence']);
    for (const [name, value] of Object.entries(index)) {
      this.#insertEntry.run(type, name, value, id, partition, sequence);
    }
  }
}
