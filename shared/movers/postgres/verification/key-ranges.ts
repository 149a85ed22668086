/** Values of a key's columns as text, in the order of the key. */
export type Key = readonly string[];

/** Rows whose key is greater than `after` and not greater than `upTo`; null is before the first, behind the last. */
export interface KeyRange {
  readonly after: Key | null;
  readonly upTo: Key | null;
}

export const WHOLE: KeyRange = { after: null, upTo: null };

/**
 * The range behind another one, up to a boundary (null: to the end); null where nothing is left. Ranges made one from the other hold
 * every key exactly once, whatever the boundaries were and whatever is inserted meanwhile: each begins where the one before ends.
 */
export function nextRange(last: KeyRange | null, boundary: Key | null): KeyRange | null {
  if (last === null) return { after: null, upTo: boundary };
  return last.upTo === null ? null : { after: last.upTo, upTo: boundary };
}

const CHUNK_MS = 500;
const FEWEST_ROWS = 500;
const MOST_ROWS = 5_000_000;
const FIRST_CHUNK_BYTES = 4 * 2 ** 20;
const GROWTH = 4;

interface TableSize {
  readonly rows: number;
  readonly bytes: number;
}

/** Before a table is analysed the server estimates nothing. */
const USUAL_ROW_BYTES = 200;

export const rowBytesOf = ({ rows, bytes }: TableSize): number =>
  rows > 0 ? Math.max(1, bytes / rows) : USUAL_ROW_BYTES;

/** Rows of a first chunk: what a few megabytes hold by the server's estimate. */
export const firstChunkRows = (size: TableSize): number => bounded(FIRST_CHUNK_BYTES / rowBytesOf(size));

/** Rows that should take half a second by how long the last ones took; never more than four times as many or as few. */
export function nextChunkRows(rows: number, elapsedMs: number): number {
  const factor = CHUNK_MS / Math.max(1, elapsedMs);
  return bounded(rows * Math.min(GROWTH, Math.max(1 / GROWTH, factor)));
}

const bounded = (rows: number): number => Math.round(Math.min(MOST_ROWS, Math.max(FEWEST_ROWS, rows)));
