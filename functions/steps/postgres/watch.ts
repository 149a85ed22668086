import type { Services } from '../../services';
import type { StandingReplication } from '../../../shared/contracts/replication';
import { standingReplicationType, workloadPartition } from '../../../shared/ledger/documents';
import { recordWalNews } from '../../../shared/ledger/standing-replications';
import { stopReplication, watchSlots, type SlotHealth } from '../../../shared/movers/postgres';
import type { Stored } from '../../../shared/ports/store';
import { failed } from '../step';
import { onDatabase, type Database } from './database';
import { lookAt } from './replicate';
import { detailOf } from './tell-progress';

const WATCH_MS = 5_000;

/**
 * R109 R67: while people decide the replication goes on; the downtime is forecast again and again, and the write-ahead log that is
 * kept meanwhile is watched. Never done: whoever waits ends it.
 */
export const watchReplication = onDatabase(async (context, database) => {
  const given = await watchWal(context.services, database);
  if (given !== null) return failed('replication-given-up', given);
  const status = await lookAt(context, database);
  const forecast = status.forecastWindowMs;
  return {
    kind: 'pending',
    retryAfterMs: WATCH_MS,
    detail: `${forecast === null ? 'no window can be forecast' : `a window of ${forecast} ms is forecast`}; ${detailOf(status)}`,
  };
});

const worst = (slots: readonly SlotHealth[]): SlotHealth | undefined =>
  (['lost', 'abort', 'alarm'] as const)
    .map((verdict) => slots.find((slot) => slot.verdict === verdict))
    .find((slot) => slot !== undefined);

/**
 * Looks at the write-ahead log that is kept on either side. Above the first limit it is told as an event; above the second, or where
 * the server has thrown it away, the replication is ended before a disk is full. Why it was given up; null where it stands.
 */
export const watchWal = async ({ ledger }: Services, database: Database): Promise<string | null> => {
  const standing = await readStanding(ledger, database);
  if (standing === null || standing.body.givenUp !== null) return standing?.body.givenUp ?? null;
  const slot = worst(await watchSlots(database));
  const words = slot
    ? inWords(database, slot)
    : `${database.asset.id}: the kept log is below its limit again`;
  if (slot === undefined || slot.verdict === 'alarm') {
    await recordWalNews(ledger, standing, { kind: slot ? 'alarm' : 'calm', words });
    return null;
  }
  await stopReplication(database);
  await recordWalNews(ledger, standing, { kind: 'given-up', words });
  return words;
};

const inWords = ({ asset }: Database, { side, name, retainedBytes, verdict }: SlotHealth): string =>
  verdict === 'lost'
    ? `${asset.id}: the ${side} has thrown away log that slot ${name} needs: replication is given up`
    : `${asset.id}: the ${side} keeps ${retainedBytes} bytes of log for slot ${name}${verdict === 'abort' ? ': replication is given up' : ''}`;

const readStanding = (
  { store }: Services['ledger'],
  { workloadId, asset }: Database,
): Promise<Stored<StandingReplication> | null> =>
  store.read(standingReplicationType, workloadPartition(workloadId), asset.id);
