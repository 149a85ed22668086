import type { ResendResult } from './verification-input';
import type { ResendLine } from './verification-journal';

const SHOWN_ROWS = 20;

/** Adds up what an order to send rows again has done so far. */
export function resendTotals(
  end: ResendResult['end'],
  wantedRows: number,
  lines: readonly ResendLine[],
): ResendResult {
  const sum = (some: readonly ResendLine[], of: (line: ResendLine) => number) =>
    some.reduce((total, line) => total + of(line), 0);
  const resent = ({ resentRows }: ResendLine) => resentRows;
  const deleted = ({ deletedRows }: ResendLine) => deletedRows;
  const refused = new Map<string, { readonly table: string; readonly reason: string }>();
  for (const { table, refused: reason } of lines)
    if (reason !== null) refused.set(`${table} ${reason}`, { table, reason });
  return {
    ...{ end, wantedRows, resentRows: sum(lines, resent), deletedRows: sum(lines, deleted) },
    tables: [...Map.groupBy(lines, ({ table }) => table)].map(([table, some]) => ({
      ...{ table, resentRows: sum(some, resent), deletedRows: sum(some, deleted) },
    })),
    leftRows: sum(lines, ({ leftRows }) => leftRows),
    left: lines.flatMap(({ left }) => left).slice(0, SHOWN_ROWS),
    refused: [...refused.values()],
  };
}
