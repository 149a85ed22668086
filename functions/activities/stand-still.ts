import type { Cutover } from '../../shared/contracts/cutover';
import { readCutover } from '../../shared/ledger/cutovers';
import { postgresAssetsOf, runbookAssetsOf } from '../../shared/domain/assets';
import { pauseRun } from '../../shared/movers/runbook';
import { pauseReplication } from '../../shared/movers/postgres';
import type { WorkClaim } from '../../shared/ports/worker';
import type { Services } from '../services';
import { withDatabase } from '../steps/postgres/database';
import { runbookMemory } from '../steps/runbook';

const COPYING = 'initial-copy';
/** No order stands behind it. */
const NOBODY: WorkClaim = { epoch: 0, heartbeat: async () => true, interrupted: async () => false };

/**
 * While a cutover is paused, held or waits for a guard, the runs of its runbooks stand still too. A database goes on being followed,
 * lest it fall behind, unless somebody paused the cutover while it was copied. Nothing else is touched.
 */
export const standStill = async (services: Services, cutoverId: string): Promise<void> => {
  const { body: cutover } = await readCutover(services.ledger, cutoverId);
  for (const asset of runbookAssetsOf(cutover.workload))
    await pauseRun(services.runbooks.open(asset), runbookMemory(services, cutoverId, asset));
  if (cutover.paused && cutover.workload.method === 'online' && cutover.stage === COPYING)
    await pauseCopy(services, cutover).catch(warnOfNoPause);
};

const pauseCopy = async (services: Services, { id, workloadId, workload }: Cutover): Promise<void> => {
  for (const asset of postgresAssetsOf(workload))
    await withDatabase(services, NOBODY, { cutoverId: id, workloadId, asset }, pauseReplication);
};

/** It goes on at its own pace then: whoever paused the cutover sees that in its progress, and its orders stand still all the same. */
const warnOfNoPause = (error: unknown): void =>
  process.emitWarning(`A replication was not paused: ${String(error)}`, { code: 'CAUSEWAY_PAUSE' });
