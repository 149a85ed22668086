import type { Client } from 'pg';
import type { Direction } from '../postgres-context';
import { SCHEMA, type Names } from './names';

/** Far more than a second of writers that a fence would have let through. */
const CHANGES = 10_000;
const ROW_CHANGES = 'IUDT';
/** Of a message of pgoutput: a letter, then the relation's oid (PostgreSQL manual, 55.9); T has a count before, so it is not ours. */
const OID_AT = 1;

/**
 * Row changes that a slot, which nobody reads now, still holds behind the sentinel, heartbeats apart. Leaves it as it is. Where
 * servers tell origins (16 on), the old side may follow by then: what it applied was written on the other and does not count.
 */
export async function rowChangesAfter(
  publisher: Client,
  names: Names,
  direction: Direction,
  { token, origins }: { readonly token: string; readonly origins: boolean },
): Promise<number> {
  const options = ['proto_version', '1', 'publication_names', names.publication(direction)];
  const { rows } = await publisher.query<{ data: Buffer; beat: number }>(
    `SELECT data, to_regclass($1)::oid::integer AS beat
     FROM pg_logical_slot_peek_binary_changes($2, NULL, $3, VARIADIC $4::text[])`,
    [
      `${SCHEMA}.${names.beat(direction)}`,
      names.slot(direction),
      CHANGES,
      origins ? [...options, 'origin', 'none'] : options,
    ],
  );
  let late = 0;
  for (const { data, beat } of rows) {
    const letter = String.fromCharCode(data[0] ?? 0);
    if (!ROW_CHANGES.includes(letter)) continue;
    const ofBeat = letter !== 'T' && data.readInt32BE(OID_AT) === beat;
    if (!ofBeat) late += 1;
    // What came before it was on the other side already; a slot remembers less than was confirmed.
    else if (data.includes(token)) late = 0;
  }
  return late;
}
