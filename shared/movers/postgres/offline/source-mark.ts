import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { loadSql } from '../load-sql';

/** Where the source stood at one moment; two of them tell whether it was written to in between. */
export interface SourceMark {
  /** No transaction of the server has written between two marks with the same one. */
  readonly nextTransaction: string;
  readonly walPosition: string;
  readonly systemIdentifier: string;
  readonly databaseId: string;
  /** When the counters began; they begin anew where somebody resets them, or after a crash. */
  readonly countersSince: string;
  readonly serverSince: string;
  readonly preparedTransactions: number;
  /** Rows inserted, updated and deleted since the counters began, by table. */
  readonly writes: Readonly<Record<string, number>>;
  readonly otherSessions: number;
}

export type SourceComparison =
  /** `transactions`: the whole server wrote nothing. `counters`: it did, but not to this database's tables. */
  | { readonly kind: 'unchanged'; readonly by: 'transactions' | 'counters' }
  | { readonly kind: 'changed'; readonly reason: string };

export async function readSourceMark(source: Client, schemas: readonly string[]): Promise<SourceMark> {
  const { rows } = await source.query<SourceMark>(loadSql('offline/source-mark'), [schemas]);
  const [mark] = rows;
  if (mark === undefined) throw new Error('the source answered without a row');
  return mark;
}

/** A session that wrote tells the counters within this time (version 15: ten seconds while it is idle). */
const COUNTERS_LATE_MS = 11_000;

/** Reads where the source stands now, and tells whether it was written to since (R97 R110). */
export async function compareWithMark(
  source: Client,
  schemas: readonly string[],
  before: SourceMark,
): Promise<SourceComparison> {
  const now = await readSourceMark(source, schemas);
  const compared = compareMarks(before, now);
  if (compared.kind === 'changed' || compared.by === 'transactions' || now.otherSessions === 0)
    return compared;
  await sleep(COUNTERS_LATE_MS);
  return compareMarks(before, await readSourceMark(source, schemas));
}

export function compareMarks(before: SourceMark, now: SourceMark): SourceComparison {
  const changed = (reason: string): SourceComparison => ({ kind: 'changed', reason });
  if (before.systemIdentifier !== now.systemIdentifier || before.databaseId !== now.databaseId)
    return changed('it is another database than before');
  if (now.preparedTransactions > 0) return changed('a prepared transaction waits to be committed');
  if (before.nextTransaction === now.nextTransaction) return { kind: 'unchanged', by: 'transactions' };
  if (before.countersSince !== now.countersSince || before.serverSince !== now.serverSince)
    return changed('its counters of writes began anew, and something was written');
  const tables = [...new Set([...Object.keys(before.writes), ...Object.keys(now.writes)])];
  const written = tables.filter((table) => (before.writes[table] ?? 0) !== (now.writes[table] ?? 0));
  if (written.length === 0) return { kind: 'unchanged', by: 'counters' };
  const named = written.slice(0, 5).join(', ');
  return changed(
    `rows of ${named}${written.length > 5 ? ` and ${written.length - 5} more` : ''} were written`,
  );
}
