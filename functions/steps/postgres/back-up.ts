import { sha256Hex } from '../../../shared/domain/hash';
import { backUpDatabase } from '../../../shared/movers/postgres';
import { interruptedOrAgain, transferIdOf } from '../files';
import { done, failed } from '../step';
import { onDatabase } from './database';
import { each, offlineContext } from './offline';

const SLICE_MS = 60_000;

/**
 * R98 R99: a database that goes on serving is backed up by whoever runs it: they say which backup it could be restored from. The side
 * that was left is kept and follows besides.
 */
export const confirmBackup = onDatabase(async (_context, { asset }) => ({
  kind: 'needsStatement',
  request: {
    question: `From which backup could the database of ${asset.id} be restored, when was it taken, and when was a restore last tried? Confirm with its name.`,
    roles: ['operator', 'lead'],
  },
}));

/** R98 R99: saves every fenced database of a workload that is moved offline, with a manifest and hashes; null when all are. */
export const backUpDatabases = each(
  onDatabase(async (context, database) => {
    const { services, order } = context;
    const container = services.settings.backupContainer;
    const transferId = transferIdOf(database.cutoverId, database.asset.id);
    const saved = await backUpDatabase(
      offlineContext(context, database),
      services.blobs.container(container),
      {
        backupId: `backup-${transferId.replaceAll('.', '-')}-${sha256Hex(transferId).slice(0, 12)}`,
        attempt: Number(order.input['attempt'] ?? 1),
        container,
        budgetMs: SLICE_MS,
      },
    );
    if (saved.kind === 'more') return { kind: 'pending', retryAfterMs: 0 };
    if (saved.kind === 'interrupted') return interruptedOrAgain(context);
    if (saved.kind === 'failed') return failed(saved.code, `${database.asset.id}: ${saved.reason}`);
    const { kind: _kind, ...facts } = saved;
    return done('postgres-mover', `${database.asset.id}: backed up with manifest and hashes`, facts);
  }),
);
