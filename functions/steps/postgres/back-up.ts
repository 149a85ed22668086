import type { StepResult } from '../../../shared/contracts/step';
import {
  backUpDatabase,
  backUpServingDatabase,
  type DatabaseBackupResult,
} from '../../../shared/movers/postgres';
import { backupIdOf } from '../backup-id';
import { interruptedOrAgain } from '../files';
import { done, failed, type StepContext } from '../step';
import { onDatabase, type Database } from './database';
import { eachWithFacts } from './each-database';
import { offlineContext } from './offline';

const SLICE_MS = 60_000;

/**
 * R98 R99: a database that goes on serving is backed up by whoever runs it, who says which backup it could be restored from; or, where
 * its asset says so, from a snapshot. The side that was left is kept and follows besides.
 */
export const confirmBackup = onDatabase(async (context, database) => {
  const { asset } = database;
  if (asset.backup === 'snapshot') {
    const { container, blobs, ...input } = inputOf(context, database);
    const saved = await backUpServingDatabase(offlineContext(context, database), blobs, {
      container,
      ...input,
    });
    const told = await toldOf(context, database, saved);
    if (told.kind !== 'done') return told;
    return { ...told, evidence: { ...told.evidence, facts: { [asset.id]: told.evidence.facts } } };
  }
  return {
    kind: 'needsStatement',
    request: {
      question: `From which backup could the database of ${asset.id} be restored, when was it taken, and when was a restore last tried? Confirm with its name.`,
      roles: ['operator', 'lead'],
    },
  };
});

/** R98 R99: saves every fenced database of a workload that is moved offline, with a manifest and hashes; tells where each is. */
export const backUpDatabases = eachWithFacts(
  onDatabase(async (context, database) => {
    const { blobs, ...input } = inputOf(context, database);
    const mover = offlineContext(context, database);
    return toldOf(context, database, await backUpDatabase(mover, blobs, { ...input, budgetMs: SLICE_MS }));
  }),
);

const inputOf = ({ services, order }: StepContext, { cutoverId, asset }: Database) => {
  const container = services.settings.backupContainer;
  return {
    backupId: backupIdOf(cutoverId, asset.id),
    attempt: Number(order.input['attempt'] ?? 1),
    container,
    blobs: services.blobs.container(container),
  };
};

const toldOf = async (
  context: StepContext,
  { asset }: Database,
  saved: DatabaseBackupResult,
): Promise<StepResult> => {
  if (saved.kind === 'more') return { kind: 'pending', retryAfterMs: 0 };
  if (saved.kind === 'interrupted') return interruptedOrAgain(context);
  if (saved.kind === 'failed') return failed(saved.code, `${asset.id}: ${saved.reason}`);
  const { kind: _kind, ...facts } = saved;
  return done('postgres-mover', `${asset.id}: backed up with manifest and hashes`, facts);
};
