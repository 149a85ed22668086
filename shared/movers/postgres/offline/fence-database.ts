import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { openClient } from '../connect/open-client';
import { sqlState } from '../connect/postgres-error';
import { quoteIdentifier, quoteLiteral } from '../connect/quote';
import { loadSql } from '../load-sql';
import { keptConfiguration, recordFence, type KeptConfiguration } from './fence-record';
import type { FenceContext, FenceDatabaseResult, FenceInput } from './fence-state';
import { proveFence } from './prove-fence';

const LOOK_EVERY_MS = 100;
/** Rights that are missing; grants that others made and that hang on one of ours. */
const NOT_ALLOWED: ReadonlySet<string> = new Set(['42501', '0LP01', '2BP01']);

/**
 * Blocks new writes on the source and proves it (R97 R110): nobody but the migration's role, owners of it and superusers may connect,
 * who does connect finds its transactions read-only, and the sessions of others are ended. What was before is written down first, so
 * that `unfenceDatabase` puts back just that. Repeatable.
 */
export async function fenceDatabase(
  context: FenceContext,
  { graceMs }: FenceInput,
): Promise<FenceDatabaseResult> {
  const client = await openClient(context.source, { name: 'offline fence' });
  try {
    const writers = await client.query<{ writer: string }>(loadSql('offline/other-writers'));
    if (writers.rows.length > 0) {
      const named = writers.rows.map(({ writer }) => writer).join(', ');
      return { kind: 'failed', code: 'not-idle', reason: `${named} would go on writing: end it first` };
    }
    const kept = (await keptConfiguration(context)) ?? (await readConfiguration(client));
    await recordFence(context, { kind: 'fencing', kept });
    await closeDoors(client, kept);
    const endedSessions = await endSessions(client, graceMs);
    return await proveFence(context, client, { kept, endedSessions });
  } catch (error) {
    if (!NOT_ALLOWED.has(sqlState(error) ?? '')) throw error;
    const reason = `the migration's role may not fence the source: ${error instanceof Error ? error.message : ''}; it must own the database and be a member of pg_signal_backend`;
    return { kind: 'failed', code: 'missing-right', reason };
  } finally {
    await client.end();
  }
}

/**
 * Puts back exactly what the fence changed, and nothing where it changed nothing (R110). Repeatable; whoever was ended connects again.
 */
export async function unfenceDatabase(context: FenceContext): Promise<{ readonly changed: boolean }> {
  const kept = await keptConfiguration(context);
  if (kept === null) return { changed: false };
  const database = quoteIdentifier(kept.database);
  const client = await openClient(context.source, { name: 'offline fence' });
  try {
    await client.query('BEGIN');
    const change = kept.readOnly === null ? 'RESET' : 'SET';
    const value = kept.readOnly === null ? '' : ` = ${quoteLiteral(kept.readOnly)}`;
    await client.query(`ALTER DATABASE ${database} ${change} default_transaction_read_only${value}`);
    for (const { role, grantable } of kept.connect)
      await client.query(
        `GRANT CONNECT ON DATABASE ${database} TO ${granteeOf(role)}${grantable ? ' WITH GRANT OPTION' : ''}`,
      );
    if (kept.grantedTo !== null)
      await client.query(`REVOKE CONNECT ON DATABASE ${database} FROM ${quoteIdentifier(kept.grantedTo)}`);
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
  await recordFence(context, { kind: 'open' });
  return { changed: true };
}

interface ReadConfiguration extends KeptConfiguration {
  readonly ourRole: string;
  readonly needsConnect: boolean;
}

async function readConfiguration(client: Client): Promise<KeptConfiguration> {
  const { rows } = await client.query<ReadConfiguration>(loadSql('offline/kept-configuration'));
  const [row] = rows;
  if (row === undefined) throw new Error('the source answered without a row');
  const { database, readOnly, connect, ourRole, needsConnect } = row;
  return { database, readOnly, connect, grantedTo: needsConnect ? ourRole : null };
}

async function closeDoors(client: Client, kept: KeptConfiguration): Promise<void> {
  const database = quoteIdentifier(kept.database);
  await client.query('BEGIN');
  try {
    await client.query(`ALTER DATABASE ${database} SET default_transaction_read_only = on`);
    if (kept.grantedTo !== null)
      await client.query(`GRANT CONNECT ON DATABASE ${database} TO ${quoteIdentifier(kept.grantedTo)}`);
    for (const { role } of kept.connect)
      await client.query(`REVOKE CONNECT ON DATABASE ${database} FROM ${granteeOf(role)}`);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

const granteeOf = (role: string | null): string => (role === null ? 'PUBLIC' : quoteIdentifier(role));

interface OtherSession {
  readonly who: string;
  readonly application: string;
  readonly inTransaction: boolean;
}

/** Transactions may end by themselves first; sessions that don't know of the fence are ended then. */
async function endSessions(client: Client, graceMs: number): Promise<number> {
  const deadline = performance.now() + graceMs;
  const sessions = async (end: boolean) =>
    (await client.query<OtherSession>(loadSql('offline/other-sessions'), [end])).rows;
  while (performance.now() < deadline && (await sessions(false)).some(({ inTransaction }) => inTransaction))
    await sleep(LOOK_EVERY_MS);
  return (await sessions(true)).length;
}
