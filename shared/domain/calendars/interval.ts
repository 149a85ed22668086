/** From `start` to before `end`, in milliseconds since 1970-01-01T00:00Z. Lists of them are sorted, and none touches the next. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

/** The same moments as a sorted list of intervals that do not touch. Empty ones are dropped. */
export function merge(intervals: readonly Interval[]): Interval[] {
  const sorted = intervals
    .filter(({ start, end }) => start < end)
    .sort((a, b) => a.start - b.start || a.end - b.end);
  const merged: Interval[] = [];
  for (const next of sorted) {
    const last = merged.at(-1);
    if (last && next.start <= last.end) {
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, next.end) };
    } else {
      merged.push(next);
    }
  }
  return merged;
}

/** Index of the first interval that ends after `from`. */
export function firstEndingAfter(intervals: readonly Interval[], from: number): number {
  let low = 0;
  let high = intervals.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((intervals[middle] as Interval).end > from) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Moments of `open` that are in none of `closed`. */
export function subtract(open: readonly Interval[], closed: readonly Interval[]): Interval[] {
  const left: Interval[] = [];
  for (const { start, end } of open) {
    let from = start;
    for (let index = firstEndingAfter(closed, start); index < closed.length; index += 1) {
      const gap = closed[index] as Interval;
      if (gap.start >= end) break;
      if (gap.start > from) left.push({ start: from, end: gap.start });
      from = Math.max(from, gap.end);
    }
    if (from < end) left.push({ start: from, end });
  }
  return left;
}

/**
 * The moments common to all lists, from `from` on, one interval after another: only as much is worked out as is asked for. No lists
 * have nothing in common.
 */
export function* common(lists: readonly (readonly Interval[])[], from: number): Generator<Interval> {
  const at = lists.map((list) => firstEndingAfter(list, from));
  while (lists.length > 0) {
    let start = from;
    let end = Infinity;
    let earliest = 0;
    for (const [index, list] of lists.entries()) {
      const interval = list[at[index] as number];
      if (!interval) return;
      start = Math.max(start, interval.start);
      if (interval.end < end) {
        end = interval.end;
        earliest = index;
      }
    }
    if (start < end) yield { start, end };
    at[earliest] = (at[earliest] as number) + 1;
  }
}

/** The first interval that lasts at least `lengthMs`, cut to begin no earlier than `from`; null where there is none. */
export function nextSlot(
  lists: readonly (readonly Interval[])[],
  from: number,
  lengthMs: number,
): Interval | null {
  for (const slot of common(lists, from)) if (slot.end - slot.start >= lengthMs) return slot;
  return null;
}
