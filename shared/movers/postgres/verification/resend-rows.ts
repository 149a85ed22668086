import type { PostgresContext } from '../postgres-context';
import { Slice } from '../slice';
import { FollowerBehind } from './apply-progress';
import { judgeNamed } from './compare-part';
import { comparisonOf, openDatabases, type OpenDatabases } from './open-comparison';
import type { TablePair } from './pair-tables';
import { pairedTables } from './plan-verification';
import { ResendSession } from './resend-session';
import { resendTotals } from './resend-totals';
import { shorten } from './row-differences';
import type { ResendInput, ResendResult } from './verification-input';
import { VerificationJournal, type ResendLine, type RowName } from './verification-journal';

/** Rows of the leader that are locked at a time, until the follower has them. */
const BATCH_ROWS = 200;
const SHOWN_OF_A_BATCH = 20;

/**
 * Sends the rows that a verification has recorded as differing once more from the side that serves to the one that follows, deletes
 * what that has too many, and compares them again. What is written is the leader's row of now, whatever the difference said: doing
 * it twice, or for rows that are right again, does no harm. Goes on behind the last batch in the journal. Rows are locked on the
 * leader until replication has passed them, tables without a key whole, for as long as `lockTimeoutMs` lets them.
 */
export async function resendRows(context: PostgresContext, input: ResendInput): Promise<ResendResult> {
  const journal = new VerificationJournal(context.journal, context.migrationId, input);
  const wanted = await journal.differences();
  const lines = await journal.resent(input.order);
  const open = [...batches(wanted)].slice(lines.length);
  if (open.length === 0) return resendTotals('done', wanted.length, lines);
  const databases = await openDatabases(context, input);
  try {
    const session = await ResendSession.open(context, databases);
    try {
      const end = await Slice.run(context, input.budgetMs, {
        rateOf: ({ verifyBytesPerSecond }) => verifyBytesPerSecond,
        cut: async () => void (await Promise.all([session.close(), databases.close()])),
        work: async (slice) => {
          const { pairs } = await pairedTables(databases, context.asset.schemas);
          for (const batch of open) {
            if (slice.over) return false;
            const line = await resendBatch(databases, session, pairs, batch);
            await journal.writeResent(input.order, lines.length, line);
            lines.push(line);
          }
          return true;
        },
      });
      return resendTotals(end, wanted.length, lines);
    } finally {
      await session.close();
    }
  } finally {
    await databases.close();
  }
}

interface Batch {
  readonly table: string;
  readonly rows: readonly RowName[];
}

const GONE = 'One of the sides no longer has this table.';

async function resendBatch(
  databases: OpenDatabases,
  session: ResendSession,
  pairs: readonly TablePair[],
  { table, rows }: Batch,
): Promise<ResendLine> {
  const pair = pairs.find(({ schema, name }) => `${schema}.${name}` === table);
  const names = pair === undefined ? [] : rows.flatMap((row) => nameOf(pair, row));
  const sent = pair === undefined ? GONE : await send(databases, session, pair, names);
  if (typeof sent !== 'string') return { table, ...sent, refused: null };
  return { table, resentRows: 0, deletedRows: 0, leftRows: rows.length, left: [], refused: sent };
}

/** Why not, or what was done. */
async function send(
  databases: OpenDatabases,
  session: ResendSession,
  pair: TablePair,
  names: readonly string[],
) {
  if (names.length === 0) return 'The table is no longer named by the same key.';
  try {
    const sent = await session.send(pair, names);
    if (typeof sent === 'string') return sent;
    const { differences } = await judgeNamed(comparisonOf(databases, pair, 'live'), names);
    const left = differences.slice(0, SHOWN_OF_A_BATCH).map(shorten);
    return { ...sent, leftRows: differences.length, left };
  } catch (error) {
    if (error instanceof FollowerBehind) return 'Replication does not get on.';
    throw error;
  }
}

function nameOf({ key }: TablePair, row: RowName): string[] {
  if (key === null) return row.rowHash === null ? [] : [JSON.stringify([row.rowHash])];
  const id = key.map(({ name }) => row.key?.[name]);
  return id.every((value) => value !== undefined) ? [JSON.stringify(id)] : [];
}

/** Always the same ones for the same verification: their number is how far an order has come. */
function* batches(wanted: readonly RowName[]): Generator<Batch> {
  const tables = Map.groupBy(wanted, ({ table }) => `${table.schema}.${table.name}`);
  for (const [table, rows] of tables)
    for (let from = 0; from < rows.length; from += BATCH_ROWS)
      yield { table, rows: rows.slice(from, from + BATCH_ROWS) };
}
