import type { Client } from 'pg';
import { qualifiedName } from '../connect/quote';
import { loadSql } from '../load-sql';

export interface SequencePosition {
  readonly schema: string;
  readonly name: string;
  /** A bigint. */
  readonly lastValue: string;
  readonly isCalled: boolean;
}

/** Each sequence of a union takes a lock, and there are only so many. */
const SEQUENCES_A_QUERY = 100;

/** Where the source's sequences stand. */
export async function readSequences(
  source: Client,
  schemas: readonly string[],
): Promise<readonly SequencePosition[]> {
  const { rows: names } = await source.query<{ schema: string; name: string }>(loadSql('offline/sequences'), [
    schemas,
  ]);
  const positions: SequencePosition[] = [];
  for (let from = 0; from < names.length; from += SEQUENCES_A_QUERY) {
    const some = names.slice(from, from + SEQUENCES_A_QUERY);
    const looks = some.map(
      ({ schema, name }, index) =>
        `SELECT ${index} AS index, last_value::text, is_called FROM ${qualifiedName(schema, name)}`,
    );
    const { rows } = await source.query<{ index: number; last_value: string; is_called: boolean }>(
      looks.join(' UNION ALL '),
    );
    for (const { index, last_value, is_called } of rows) {
      const sequence = some[index];
      if (sequence) positions.push({ ...sequence, lastValue: last_value, isCalled: is_called });
    }
  }
  return positions;
}

/** Repeatable; throws `not-found` where the target has no such sequence. */
export async function setSequences(target: Client, positions: readonly SequencePosition[]): Promise<void> {
  await target.query(
    'SELECT setval(s.name::regclass, s.value, s.called) FROM unnest($1::text[], $2::bigint[], $3::bool[]) AS s (name, value, called)',
    [
      positions.map(({ schema, name }) => qualifiedName(schema, name)),
      positions.map(({ lastValue }) => lastValue),
      positions.map(({ isCalled }) => isCalled),
    ],
  );
}
