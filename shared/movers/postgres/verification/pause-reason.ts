import type { PostgresLimits } from '../../../contracts/postgres';
import { loadSql } from '../load-sql';
import type { Lag } from './apply-progress';
import type { OpenDatabases } from './open-comparison';

/** A server that doesn't tell the time tells the bytes. */
const LAG_BYTES = 64 * 2 ** 20;

/** Why verification should hold back for now, so that replication or the applications go first; null where it may go on (R131). */
export function pauseReason(
  { lag, active }: { readonly lag: Lag | null; readonly active: number },
  limits: Pick<PostgresLimits, 'lagLimitMs' | 'activeSessionsLimit'>,
): 'lag' | 'load' | null {
  if (lag !== null && (lag.ms > limits.lagLimitMs || lag.bytes > LAG_BYTES)) return 'lag';
  if (limits.activeSessionsLimit !== null && active > limits.activeSessionsLimit) return 'load';
  return null;
}

/** How both servers are just now; `active` is that of the busier one. */
export async function readStrain({ leader, follower, apply }: OpenDatabases) {
  const sessions = await Promise.all(
    [leader, follower].map((side) => side.rows<{ active: number }>(loadSql('verification/load'))),
  );
  return { lag: await apply.lag(), active: Math.max(...sessions.map(([line]) => line?.active ?? 0)) };
}
