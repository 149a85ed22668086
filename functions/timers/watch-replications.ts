import { postgresAssetsOf } from '../../shared/domain/assets';
import { readCutover } from '../../shared/ledger/cutovers';
import { standingReplicationType } from '../../shared/ledger/documents';
import { eachOf } from '../../shared/ledger/each-of';
import { findAll } from '../../shared/ledger/find-all';
import type { WorkClaim } from '../../shared/ports/worker';
import type { Services } from '../services';
import { withDatabase } from '../steps/postgres/database';
import { watchWal } from '../steps/postgres/watch';

/** Nobody else holds it, and nothing interrupts a look. */
const LOOKING: WorkClaim = { epoch: 0, heartbeat: async () => true, interrupted: async () => false };

/**
 * Looks at every replication that stands in a customer's databases, whatever its cutover waits for, and also where that has gone back and
 * ended: what it keeps of the write-ahead log must not fill a disk. Returns which were given up; throws after the last one where some
 * could not be looked at.
 */
export const watchReplications = async (services: Services): Promise<string[]> => {
  const { ledger } = services;
  const givenUp: string[] = [];
  const standing = findAll(ledger.store, standingReplicationType, 'all', 'standing-replication');
  await eachOf(standing, async ({ body: { id, workloadId, cutoverId } }) => {
    const { body: cutover } = await readCutover(ledger, cutoverId);
    const asset = postgresAssetsOf(cutover.workload).find((candidate) => candidate.id === id);
    if (!asset) return;
    const why = await withDatabase(services, LOOKING, { cutoverId, workloadId, asset }, (database) =>
      watchWal(services, database),
    );
    if (why !== null) givenUp.push(`${workloadId}/${id}`);
  });
  return givenUp;
};
