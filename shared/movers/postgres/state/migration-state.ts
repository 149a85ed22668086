import type { Client } from 'pg';

/** Phases of one database in one epoch; `sealed` is on the side that served, `open` on the side that serves from now. */
export type Phase = 'copying' | 'replicating' | 'armed' | 'sealed' | 'open';

export interface MigrationState {
  readonly epoch: number;
  readonly phase: Phase;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Null: replication was never begun in that database, or nothing is left of it. */
export async function migrationState(client: Client, migrationId: string): Promise<MigrationState | null> {
  const known = await client.query<{ known: boolean }>(
    "SELECT to_regclass('causeway.state') IS NOT NULL AS known",
  );
  if (known.rows[0]?.known !== true) return null;
  const { rows } = await client.query<MigrationState>(
    'SELECT epoch, phase, detail FROM causeway.state WHERE migration_id = $1',
    [migrationId],
  );
  return rows[0] ?? null;
}

/** How long the state is as it is, by the clock of its server: a worker's may jump, and another may have changed it. */
export async function sinceChangeMs(client: Client, migrationId: string): Promise<number> {
  const { rows } = await client.query<{ since_ms: number }>(
    `SELECT greatest(0, extract(epoch FROM clock_timestamp() - changed_at) * 1000)::float8 AS since_ms
     FROM causeway.state WHERE migration_id = $1`,
    [migrationId],
  );
  return rows[0]?.since_ms ?? 0;
}

/** Compare and set: fails with 55000 where the state is no longer `from`. */
export async function changeState(
  client: Client,
  migrationId: string,
  from: MigrationState,
  to: MigrationState,
): Promise<void> {
  await client.query('SELECT causeway.change_state($1, $2, $3, $4, $5, $6)', [
    migrationId,
    from.epoch,
    from.phase,
    to.epoch,
    to.phase,
    to.detail,
  ]);
}

export const isIn = (state: MigrationState | null, epoch: number, phase: Phase): state is MigrationState =>
  state?.epoch === epoch && state.phase === phase;
