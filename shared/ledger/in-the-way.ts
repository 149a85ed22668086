import { MigrationError } from '../contracts/errors';
import { cutoverType, waveType } from './documents';
import { findAll } from './find-all';
import type { Ledger } from './ledger';

/**
 * Why a wave over these workloads must not be planned or started: one of them is in an unfinished cutover of another wave, or in
 * another wave that runs and has yet to come to it. Null where nothing is in the way. A look ahead, so that people hear of it early;
 * what makes two cutovers of one workload impossible is the lease.
 */
export const whatIsInTheWay = async (
  ledger: Ledger,
  waveId: string,
  workloadIds: readonly string[],
): Promise<string | null> => {
  for (const workloadId of workloadIds)
    for await (const { body } of findAll(ledger.store, cutoverType, 'workload', workloadId))
      if (body.endedAt === null && body.waveId !== waveId)
        return `workload ${workloadId} is in cutover ${body.id} of wave ${body.waveId}, which has not ended`;
  for await (const { body: other } of findAll(ledger.store, waveType, 'status', 'running')) {
    if (other.id === waveId || other.stopping !== null) continue;
    const shared = workloadIds.find((id) => other.workloadIds.includes(id) && !other.cutovers[id]);
    if (shared !== undefined) return `workload ${shared} is in wave ${other.id}, which is running`;
  }
  return null;
};

/** Throws `conflict` naming what is in the way. */
export const refuseWhatIsInTheWay = async (
  ledger: Ledger,
  waveId: string,
  workloadIds: readonly string[],
): Promise<void> => {
  const reason = await whatIsInTheWay(ledger, waveId, workloadIds);
  if (reason !== null) throw new MigrationError('conflict', reason);
};
