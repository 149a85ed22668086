import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { openClient } from '../connect/open-client';
import { sqlState } from '../connect/postgres-error';
import { qualifiedName, quoteIdentifier } from '../connect/quote';
import { loadSql } from '../load-sql';
import { recordFence, type KeptConfiguration } from './fence-record';
import type { FenceContext, FenceDatabaseResult, FenceProof } from './fence-state';

const LOOKS = 50;
const LOOK_EVERY_MS = 100;

/** Nobody else is connected, and a write of each role, tried for real and rolled back, is refused. */
export async function proveFence(
  context: FenceContext,
  client: Client,
  { kept, endedSessions }: { kept: KeptConfiguration; endedSessions: number },
): Promise<FenceDatabaseResult> {
  const staying = await stayingSessions(client);
  if (staying.length > 0)
    return {
      kind: 'failed',
      code: 'not-idle',
      reason: `still connected to the source: ${staying.join(', ')}`,
    };
  const refusedWrites: FenceProof['refusedWrites'][number][] = [];
  for (const role of await rolesToProve(context, client)) {
    const refusal = await tryWrite(context.source, role);
    if (refusal === null)
      return { kind: 'failed', code: 'fence-not-proved', reason: `a write of ${role} was not refused` };
    refusedWrites.push({ role, sqlState: refusal, mayConnect: await mayConnect(client, role) });
  }
  const proof: FenceProof = {
    database: kept.database,
    refusedWrites,
    endedSessions,
    at: context.clock.now().toISOString(),
  };
  await recordFence(context, { kind: 'fenced', proof });
  return { kind: 'fenced', proof };
}

/** A session that was ended needs a moment to be gone. */
async function stayingSessions(client: Client): Promise<readonly string[]> {
  for (let look = 1; ; look += 1) {
    const { rows } = await client.query<{ who: string; application: string }>(
      loadSql('offline/other-sessions'),
      [true],
    );
    if (rows.length === 0 || look === LOOKS)
      return rows.map(({ who, application }) => `${who} (${application})`);
    await sleep(LOOK_EVERY_MS);
  }
}

async function mayConnect(client: Client, role: string): Promise<boolean> {
  const { rows } = await client.query<{ may: boolean }>(
    "SELECT has_database_privilege($1, current_database(), 'CONNECT') AS may",
    [role],
  );
  return rows[0]?.may === true;
}

async function rolesToProve({ asset }: FenceContext, client: Client): Promise<readonly string[]> {
  if (asset.applicationRoles.length > 0) return asset.applicationRoles;
  const { rows } = await client.query<{ role: string }>('SELECT session_user::text AS role');
  return rows.map(({ role }) => role);
}

/**
 * How a write in the name of the role is refused, on a connection as the server would give it; null where it was not. A role without
 * a right to write anything is refused to create a table.
 */
async function tryWrite(source: string, role: string): Promise<string | null> {
  const client = await openClient(source, { name: 'offline fence proof' });
  try {
    const { rows } = await client.query<WritableTable>(loadSql('offline/write-per-role'), [role]);
    // Our connections ask for more than the server gives by itself.
    await client.query('RESET default_transaction_read_only');
    await client.query(`BEGIN; SET LOCAL ROLE ${quoteIdentifier(role)}`);
    return await refusalOf(client, writeTo(rows[0]));
  } finally {
    await client.end();
  }
}

interface WritableTable {
  readonly schema: string;
  readonly name: string;
  readonly way: 'delete' | 'insert';
}

/** What the server says of a read-only transaction, or of rights that are missing. */
const REFUSED: ReadonlySet<string> = new Set(['25006', '42501']);

async function refusalOf(client: Client, write: string): Promise<string | null> {
  try {
    await client.query(write);
    await client.query('ROLLBACK');
    return null;
  } catch (error) {
    const state = sqlState(error);
    if (state === null) throw error;
    return REFUSED.has(state) ? state : null;
  }
}

/** Read-only transactions refuse a write before they look for its rows: here it would find none. */
function writeTo(table: WritableTable | undefined): string {
  if (table === undefined) return 'CREATE TABLE public.causeway_fence_proof ()';
  const name = qualifiedName(table.schema, table.name);
  return table.way === 'delete' ? `DELETE FROM ${name} WHERE false` : `INSERT INTO ${name} DEFAULT VALUES`;
}
