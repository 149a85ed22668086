import type { Client } from 'pg';
import { quoteLiteral } from '../connect/quote';
import type { MigrationState } from '../state/migration-state';
import { changeSql } from './opening';
import type { ReplicationContext } from './replication-context';

/** Before anybody was let into the other side: the old one takes writes again and is armed as before. */
export const unseal = (
  { migrationId }: ReplicationContext,
  barrier: Client,
  { epoch }: MigrationState,
): Promise<unknown> =>
  barrier.query(
    `BEGIN; ${changeSql(migrationId, [epoch, 'sealed'], [epoch - 1, 'armed'], {})};
     SELECT causeway.set_fence(${quoteLiteral(migrationId)}, false); COMMIT`,
  );

/**
 * A real write as each of the applications' roles, rolled back, and a look at every table's fence. Sent before the seal is committed it
 * waits for it as a client's write does. Null: proved; else what a write got through.
 */
export async function proveFence(
  { migrationId, asset }: ReplicationContext,
  proof: Client,
): Promise<string | null> {
  const { rows } = await proof.query<{ verdict: string; detail: string }>(
    'SELECT verdict, detail FROM causeway.prove_fence($1, $2, true)',
    [migrationId, asset.applicationRoles],
  );
  const open = rows.filter(({ verdict }) => verdict === 'open').map(({ detail }) => detail);
  return open.length === 0 ? null : open.slice(0, 10).join('; ');
}
