/**
 * A map that takes memory only while something is in it. An instance has three, of tasks, timers and locks, and while it waits for
 * an event all are empty: 180 bytes together instead of 630, which is 45 MB of 100,000 waiting ones.
 */
export class SparseMap<K, V> {
  #entries: Map<K, V> | null = null;

  get size(): number {
    return this.#entries?.size ?? 0;
  }

  get(key: K): V | undefined {
    return this.#entries?.get(key);
  }

  has(key: K): boolean {
    return this.#entries?.has(key) ?? false;
  }

  set(key: K, value: V): void {
    (this.#entries ??= new Map()).set(key, value);
  }

  delete(key: K): void {
    this.#entries?.delete(key);
    if (this.#entries?.size === 0) this.#entries = null;
  }

  clear(): void {
    this.#entries = null;
  }

  values(): Iterable<V> {
    return this.#entries?.values() ?? [];
  }
}
