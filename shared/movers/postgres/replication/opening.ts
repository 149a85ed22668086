import { quoteLiteral } from '../connect/quote';
import type { Direction } from '../postgres-context';
import { namesOf } from './names';
import type { ReplicationContext } from './replication-context';
import type { WindowRecord } from './stop-attempt';

/** On the side that opens, in a transaction: waits for the sentinel, then does all but commit; answers the cut, or null. */
export function openingSql(
  { migrationId }: ReplicationContext,
  direction: Direction,
  epoch: number,
  record: WindowRecord,
  timeoutMs: number,
): string {
  const values = [migrationId, namesOf(migrationId).beat(direction), record.token].map(quoteLiteral);
  const detail = quoteLiteral(JSON.stringify(record));
  return `SELECT causeway.prepare_opening(${values.join(', ')}, ${timeoutMs}, ${epoch}, ${detail}) AS cut_lsn`;
}

type Point = readonly [epoch: number, phase: string];

/** Compare and set, to ride along with other statements. */
export const changeSql = (migrationId: string, from: Point, to: Point, detail: object): string => {
  const values = [...from, ...to].map((value) => (typeof value === 'number' ? value : quoteLiteral(value)));
  return `SELECT causeway.change_state(${quoteLiteral(migrationId)}, ${values.join(', ')}, ${quoteLiteral(JSON.stringify(detail))})`;
};
