import type { z } from 'zod';

/**
 * A kind of document: its schema and what it can be found by. `name` is stored data and never renamed.
 * `index` gives the values `find` searches, at most eight, each a string of 1 to 255 characters.
 */
export interface DocumentType<T> {
  readonly name: string;
  readonly schema: z.ZodType<T>;
  index?(body: T): Readonly<Record<string, string>>;
}

export interface Stored<T> {
  readonly partition: string;
  readonly id: string;
  readonly body: T;
  /** Opaque; changes with every write of the document. */
  readonly version: string;
}

export type Operation =
  | {
      readonly kind: 'create';
      readonly type: DocumentType<unknown>;
      readonly id: string;
      readonly body: unknown;
    }
  | {
      readonly kind: 'replace';
      readonly type: DocumentType<unknown>;
      readonly id: string;
      readonly body: unknown;
      readonly version: string;
    }
  | {
      readonly kind: 'delete';
      readonly type: DocumentType<unknown>;
      readonly id: string;
      readonly version: string;
    };

export interface Page<T> {
  readonly items: readonly Stored<T>[];
  /** Opaque; null on the last page. */
  readonly continuation: string | null;
}

export interface PageRequest {
  readonly limit?: number;
  readonly continuation?: string | null;
}

export interface Change {
  readonly partition: string;
  readonly type: string;
  readonly id: string;
  readonly body: unknown;
}

/**
 * The system of record. Both adapters keep Cosmos DB's limits, so that nothing works only on one of them: a commit holds at most
 * 100 operations and 2 MiB in one partition, a document 2 MiB, ids and partitions 1 to 255 characters without `/ \ ? #`
 * (`limit-exceeded` otherwise). Ids are unique per partition and type. Every body is parsed by its type's schema when written
 * and when read; a body that does not fit throws.
 */
export interface Store {
  /** Null where there is none. */
  read<T>(type: DocumentType<T>, partition: string, id: string): Promise<Stored<T> | null>;
  /** Documents of one type in one partition, ordered by id. */
  list<T>(type: DocumentType<T>, partition: string, page?: PageRequest): Promise<Page<T>>;
  /** Documents of one type in all partitions whose index entry equals, or lies in [from, to] of, the text; ordered by it, then id. */
  find<T>(
    type: DocumentType<T>,
    index: string,
    range: { readonly equals: string } | { readonly from: string; readonly to: string },
    page?: PageRequest,
  ): Promise<Page<T>>;
  /**
   * All of it or nothing. `StaleWriteError` where a replaced or deleted document has another version, or is gone;
   * `already-exists` where a created one is there. Durable when it resolves.
   */
  commit(partition: string, operations: readonly Operation[]): Promise<void>;
  /**
   * Inserted and replaced documents of the named type after a position, oldest first; order holds within a partition. The
   * latest body of each only: a replaced document may show once. `next` is where to go on, also when nothing came.
   */
  changes(
    type: string,
    after: string | null,
    limit: number,
  ): Promise<{ changes: readonly Change[]; next: string }>;
}

export const create = <T>(type: DocumentType<T>, id: string, body: T): Operation => ({
  kind: 'create',
  type,
  id,
  body,
});

export const replace = <T>(type: DocumentType<T>, stored: Stored<T>, body: T): Operation => ({
  kind: 'replace',
  type,
  id: stored.id,
  body,
  version: stored.version,
});

export const remove = <T>(type: DocumentType<T>, stored: Stored<T>): Operation => ({
  kind: 'delete',
  type,
  id: stored.id,
  version: stored.version,
});
