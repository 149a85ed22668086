/**
 * Millions of lines (a file tree, an item log) as append-only segments of JSON lines, outside the store. A journal id names a
 * transfer; segment names are paths such as `2/items/00001`. SQLite here, append blobs in Azure: hence positions, not ids.
 */
export interface Journal {
  /**
   * Appends in order, atomically and durably. `position` is the number of lines the segment must hold now (0: it must be absent
   * or empty); `StaleWriteError` otherwise, so a repeated append is told apart from a new one. At most 10,000 lines and
   * 64 MiB a call (`limit-exceeded`).
   */
  append(journalId: string, segment: string, position: number, lines: readonly unknown[]): Promise<void>;
  /**
   * Lines from a position on, in order, also those appended while it reads; an absent segment has none. Throws `conflict` where
   * the segment is dropped meanwhile: what came so far would pass for the whole.
   */
  read(journalId: string, segment: string, from?: number): AsyncIterable<unknown>;
  /** Number of lines; 0 where absent. */
  length(journalId: string, segment: string): Promise<number>;
  /** Segment names that start with the prefix, in order of name. */
  segments(journalId: string, prefix: string): Promise<readonly string[]>;
  /** Deletes segments that start with the prefix. No-op where there are none. */
  drop(journalId: string, prefix: string): Promise<void>;
}
