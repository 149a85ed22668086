import type { RowDifference } from '../../../contracts/postgres-verification';
import type { PostgresContext } from '../postgres-context';
import { FollowerBehind } from './apply-progress';
import { judgeNamed } from './compare-part';
import { comparisonOf, openDatabases, type OpenDatabases } from './open-comparison';
import type { TablePair } from './pair-tables';
import { pairedTables } from './plan-verification';
import { ResendSession } from './resend-session';
import type { ResendResult, VerificationInput } from './verification-input';
import { VerificationJournal } from './verification-journal';

/** Rows of the leader that are locked at a time, until the follower has them. */
const BATCH_ROWS = 200;

/**
 * Sends rows that differ once more from the side that serves to the one that follows, deletes what that has too many, and compares
 * them again. What is written is the leader's row of now, whatever the difference said: calling it twice, or for rows that are right
 * again, does no harm. Without `differences`: those that this verification has recorded. Rows are locked on the leader until
 * replication has passed them, tables without a key whole, for as long as `lockTimeoutMs` lets them.
 */
export async function resendRows(
  context: PostgresContext,
  input: VerificationInput,
  differences?: readonly RowDifference[],
): Promise<ResendResult> {
  const journal = new VerificationJournal(context.journal, context.migrationId, input);
  const wanted = differences ?? (await journal.differences());
  const result = { resentRows: 0, deletedRows: 0, left: [] as RowDifference[], refused: [] as Refused[] };
  if (wanted.length === 0) return result;
  const databases = await openDatabases(context, input);
  const session = await ResendSession.open(context, databases);
  try {
    const { pairs } = await pairedTables(databases, context.asset.schemas);
    for (const [table, batch] of batches(wanted)) {
      if ((await context.claim.interrupted()) || !(await context.claim.heartbeat())) break;
      const pair = pairs.find(({ schema, name }) => `${schema}.${name}` === table);
      const sent = pair === undefined ? GONE : await resendBatch(databases, session, pair, batch);
      if (typeof sent === 'string') result.refused.push({ table, reason: sent });
      else {
        result.resentRows += sent.resentRows;
        result.deletedRows += sent.deletedRows;
        result.left.push(...sent.left);
      }
    }
    return result;
  } finally {
    await Promise.all([session.close(), databases.close()]);
  }
}

type Refused = ResendResult['refused'][number];

const GONE = 'One of the sides no longer has this table.';

/** Why not, or what was done. */
async function resendBatch(
  databases: OpenDatabases,
  session: ResendSession,
  pair: TablePair,
  differences: readonly RowDifference[],
) {
  const names = differences.flatMap((difference) => nameOf(pair, difference));
  if (names.length === 0) return 'The table is no longer named by the same key.';
  try {
    const sent = await session.send(pair, names);
    if (typeof sent === 'string') return sent;
    const { differences: left } = await judgeNamed(comparisonOf(databases, pair, 'live'), names);
    return { ...sent, left };
  } catch (error) {
    if (error instanceof FollowerBehind) return 'Replication does not get on.';
    throw error;
  }
}

function nameOf({ key }: TablePair, difference: RowDifference): string[] {
  if (key === null) return difference.rowHash === null ? [] : [JSON.stringify([difference.rowHash])];
  const id = key.map(({ name }) => difference.key?.[name]);
  return id.every((value) => value !== undefined) ? [JSON.stringify(id)] : [];
}

function* batches(differences: readonly RowDifference[]): Generator<readonly [string, RowDifference[]]> {
  const tables = Map.groupBy(differences, ({ table }) => `${table.schema}.${table.name}`);
  for (const [table, rows] of tables)
    for (let from = 0; from < rows.length; from += BATCH_ROWS)
      yield [table, rows.slice(from, from + BATCH_ROWS)];
}
