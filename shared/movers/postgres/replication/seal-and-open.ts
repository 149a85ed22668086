import type { Client } from 'pg';
import { quoteLiteral } from '../connect/quote';
import type { MigrationState } from '../state/migration-state';
import type { ReplicationContext } from './replication-context';
import type { SequenceValues } from './sequences';
import type { WindowSessions } from './window-sessions';

/** What must outlive the worker once the old side is sealed; in the state of both databases. */
export interface CutRecord {
  readonly cutLsn: string;
  readonly token: string;
  /** Worker's clock, in ms since 1970. */
  readonly startedAt: number;
}

/** In the transaction that holds the writers: the point of no return. */
export const seal = (
  { migrationId }: ReplicationContext,
  { barrier }: WindowSessions,
  epoch: number,
  detail: object,
): Promise<unknown> =>
  barrier.query(`${changeSql(migrationId, [epoch - 1, 'armed'], [epoch, 'sealed'], detail)}; COMMIT`);

/** Everything that opens the other side, but not committed: its transaction is under way. */
export const prepareOpening = (
  { migrationId }: ReplicationContext,
  { gate }: WindowSessions,
  epoch: number,
  used: SequenceValues,
  detail: object,
): Promise<unknown> =>
  gate.query(
    `SELECT causeway.advance_sequences(${quoteLiteral(JSON.stringify(used))});
     ${changeSql(migrationId, [epoch - 1, 'armed'], [epoch, 'open'], detail)};
     SELECT causeway.set_fence(${quoteLiteral(migrationId)}, false)`,
  );

/** Before anybody was let into the other side: the old one takes writes again and is armed as before. */
export const unseal = (
  { migrationId }: ReplicationContext,
  barrier: Client,
  sealed: MigrationState,
): Promise<unknown> =>
  barrier.query(
    `BEGIN; ${changeSql(migrationId, [sealed.epoch, 'sealed'], [sealed.epoch - 1, 'armed'], {})};
     SELECT causeway.set_fence(${quoteLiteral(migrationId)}, false); COMMIT`,
  );

type Point = readonly [epoch: number, phase: string];

const changeSql = (migrationId: string, from: Point, to: Point, detail: object): string => {
  const values = [...from, ...to].map((value) => (typeof value === 'number' ? value : quoteLiteral(value)));
  return `SELECT causeway.change_state(${quoteLiteral(migrationId)}, ${values.join(', ')}, ${quoteLiteral(JSON.stringify(detail))})`;
};

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
