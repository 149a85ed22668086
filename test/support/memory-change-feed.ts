import type { ChangeFeed } from '../../host/triggers/change-feed-reader';

/**
 * A change feed in memory, which keeps the promises of the port's `changes`. It proves nothing about durability, about
 * documents that were replaced, or about SQLite and Cosmos DB.
 */
export class MemoryChangeFeed implements ChangeFeed {
  readonly #changes: { readonly type: string; readonly body: unknown }[] = [];
  readonly #listeners = new Set<() => void>();
  isClosed = false;

  /** Without `announce` it is as if another process had written. */
  add(type: string, bodies: readonly unknown[], announce = true): void {
    this.#changes.push(...bodies.map((body) => ({ type, body })));
    if (announce) for (const listener of this.#listeners) listener();
  }

  async changes(type: string, after: string | null, limit: number) {
    const start = Number(after ?? 0);
    const found = this.#changes
      .map((change, index) => ({ ...change, position: index + 1 }))
      .filter((change) => change.type === type && change.position > start)
      .slice(0, limit);
    return { changes: found, next: String(found.at(-1)?.position ?? start) };
  }

  onCommit(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.isClosed = true;
  }
}
