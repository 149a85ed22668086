import type { Client } from 'pg';
import { quoteLiteral } from '../connect/quote';
import type { ReplicationContext } from './replication-context';

/** Last values by quoted name. */
export type SequenceValues = Readonly<Record<string, string>>;

/** One statement without parameters, so that it can ride along with others. */
export const sequenceValuesSql = ({ asset }: ReplicationContext): string =>
  `SELECT causeway.sequence_values(ARRAY[${asset.schemas.map(quoteLiteral).join(', ')}]::text[]) AS given`;

/** Puts the sequences ahead of the other side's; what is given out in the window is put right within it. */
export async function copySequences(
  context: ReplicationContext,
  from: Client,
  to: Client,
): Promise<SequenceValues> {
  const { rows } = await from.query<{ given: SequenceValues }>(sequenceValuesSql(context));
  const given = rows[0]?.given ?? {};
  await to.query('SELECT causeway.advance_sequences($1)', [given]);
  return given;
}

/** Of the sequences that were used since they were copied. */
export const usedSince = (before: SequenceValues, now: SequenceValues): SequenceValues =>
  Object.fromEntries(Object.entries(now).filter(([name, value]) => before[name] !== value));
