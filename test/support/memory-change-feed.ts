import type { ChangeFeed } from '../../host/triggers/change-feed-reader';

/**
 * A change feed in memory, which keeps the promises of `ChangeFeed`. It proves nothing about durability, about
 * documents that were replaced, or about SQLite and Cosmos DB.
 */
export class MemoryChangeFeed implements ChangeFeed {
  readonly source = 'ledger';
  readonly #documents: unknown[] = [];
  readonly #listeners = new Set<() => void>();
  isClosed = false;

  /** Without `announce` it is as if another process had written. */
  add(documents: readonly unknown[], announce = true): void {
    this.#documents.push(...documents);
    if (announce) for (const listener of this.#listeners) listener();
  }

  async changes(after: string | null, limit: number) {
    const start = Number(after ?? 0);
    const documents = this.#documents.slice(start, start + limit);
    return { documents, next: String(start + documents.length) };
  }

  onCommit(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.isClosed = true;
  }
}
