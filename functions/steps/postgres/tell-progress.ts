import type { DatabaseProgress } from '../../../shared/contracts/replication';
import { saveDatabaseProgress } from '../../../shared/ledger/progress';
import type { ReplicationStatus } from '../../../shared/movers/postgres';
import type { StepContext } from '../step';
import type { Database } from './database';

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const whole = (number: number | null): number | null => (number === null ? null : Math.round(number));

/** Bytes of tables that are through count whole. */
const copiedBytes = ({ tables }: ReplicationStatus): number =>
  sum(
    tables.map(({ state, sizeBytes, copiedBytes: copied }) =>
      state === 'ready' || state === 'catching-up' ? sizeBytes : Math.min(copied ?? 0, sizeBytes),
    ),
  );

export const detailOf = (status: ReplicationStatus): string => {
  const copying = status.tables.filter(({ state }) => state === 'copying').map(({ name }) => name);
  const at = copying.length > 0 ? `copying ${copying.slice(0, 5).join(', ')}` : status.phase;
  return [`${status.tablesReady} of ${status.tables.length} tables level, ${at}`, ...status.trouble]
    .join('; ')
    .slice(0, 500);
};

/** Shows people how a replication is doing now; nothing rests on it. */
export const tellStatus = (
  { services }: Pick<StepContext, 'services'>,
  { cutoverId, asset }: Database,
  status: ReplicationStatus,
  doing: DatabaseProgress['doing'],
): Promise<void> =>
  saveDatabaseProgress(services.ledger, cutoverId, {
    assetId: asset.id,
    doing,
    detail: detailOf(status),
    tablesDone: status.tablesReady,
    tablesTotal: status.tables.length,
    copiedBytes: Math.round(copiedBytes(status)),
    totalBytes: Math.round(sum(status.tables.map(({ sizeBytes }) => sizeBytes))),
    lagMs: whole(status.lagMs),
    walKeptBytes: whole(status.slot?.retainedBytes ?? null),
    forecastWindowMs: whole(status.forecastWindowMs),
    updatedAt: services.clock.now().toISOString(),
  });

/** Shows people which check or piece of work is at which place. */
export const tellWork = (
  { services }: Pick<StepContext, 'services'>,
  { cutoverId, asset }: Database,
  doing: DatabaseProgress['doing'],
  detail: string,
  done: { readonly tables?: number; readonly total?: number; readonly bytes?: number } = {},
): Promise<void> =>
  saveDatabaseProgress(services.ledger, cutoverId, {
    assetId: asset.id,
    doing,
    detail: detail.slice(0, 500),
    tablesDone: done.tables ?? null,
    tablesTotal: done.total ?? null,
    copiedBytes: done.bytes ?? null,
    totalBytes: null,
    lagMs: null,
    walKeptBytes: null,
    forecastWindowMs: null,
    updatedAt: services.clock.now().toISOString(),
  });
