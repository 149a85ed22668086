import type { PassSummary } from '../contracts/transfer';

/** What an item costs besides its bytes, in bytes that would take as long. */
const ITEM_OVERHEAD_BYTES = 64 * 1_024;

/**
 * Milliseconds a next pass will take (R124). A pass costs a fixed part, looking at everything, and a part for what it sends; the
 * passes with most and least to send tell the two apart. What there will be to send is `changedItems` of the usual size, or, where
 * nobody knows, what came up during the last pass at the rate of the one before. With one pass known: as long as that one, unless
 * `changedItems` tells less. Null without history.
 */
export function forecastPass(history: readonly PassSummary[], changedItems?: number): number | null {
  const last = history.at(-1);
  if (last === undefined) return null;
  const { fixedMs, msPerByte } = costs(history);
  const work = changedItems === undefined ? expectedWork(history, last) : workOfItems(last, changedItems);
  return Math.round(fixedMs + msPerByte * work);
}

function costs(history: readonly PassSummary[]): { fixedMs: number; msPerByte: number } {
  const byWork = [...history].sort((a, b) => workOf(a) - workOf(b));
  const least = byWork[0];
  const most = byWork.at(-1);
  if (!least || !most) return { fixedMs: 0, msPerByte: 0 };
  const spread = workOf(most) - workOf(least);
  if (spread === 0) {
    return history.length === 1 && workOf(most) > 0
      ? { fixedMs: 0, msPerByte: most.durationMs / workOf(most) }
      : { fixedMs: Math.max(...history.map(({ durationMs }) => durationMs)), msPerByte: 0 };
  }
  const slope = Math.max(0, most.durationMs - least.durationMs) / spread;
  // Never a fixed part below nothing, whatever noise says.
  const msPerByte = Math.min(slope, most.durationMs / workOf(most));
  return { fixedMs: Math.max(0, least.durationMs - msPerByte * workOf(least)), msPerByte };
}

/** Writers went on at the rate at which changes came up during the pass before, for as long as the last pass took. */
function expectedWork(history: readonly PassSummary[], last: PassSummary): number {
  const before = history.at(-2);
  if (before === undefined || before.durationMs === 0) return workOf(last);
  return workOf(last) * Math.min(1, last.durationMs / before.durationMs);
}

function workOfItems(last: PassSummary, changedItems: number): number {
  const items = Math.max(1, last.items);
  return changedItems * (last.bytes / items + ITEM_OVERHEAD_BYTES);
}

const workOf = ({ copiedBytes, copiedItems, deletedItems }: PassSummary): number =>
  copiedBytes + (copiedItems + deletedItems) * ITEM_OVERHEAD_BYTES;
