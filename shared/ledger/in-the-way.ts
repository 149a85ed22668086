import { MigrationError } from '../contracts/errors';
import type { Cutover } from '../contracts/cutover';
import type { Wave } from '../contracts/wave';
import type { Workload } from '../contracts/workload';
import { overlapAmong, overlapBetween } from '../domain/target-overlap';
import { cutoverType, waveType, workloadPartition, workloadType } from './documents';
import { findAll } from './find-all';
import type { Ledger } from './ledger';

const whyNotBeside = (waveId: string, workload: Workload, cutover: Cutover): string | null => {
  const which = `cutover ${cutover.id} of wave ${cutover.waveId}, which has not ended`;
  if (cutover.workloadId === workload.id)
    return cutover.waveId === waveId ? null : `workload ${workload.id} is in ${which}`;
  const overlap = overlapBetween(workload, cutover.workload);
  return overlap === null ? null : `${overlap}, and the latter is in ${which}`;
};

/** By workload, why it cannot be migrated now: it, or something with the same target, is in an unfinished cutover. */
export const cutoversInTheWay = async (
  ledger: Ledger,
  waveId: string,
  workloads: readonly Workload[],
): Promise<Map<string, string>> => {
  const reasons = new Map<string, string>();
  if (workloads.length === 0) return reasons;
  for await (const { body: cutover } of findAll(ledger.store, cutoverType, 'active', 'yes'))
    for (const workload of workloads) {
      const reason = whyNotBeside(waveId, workload, cutover);
      if (reason !== null) reasons.set(workload.id, reason);
    }
  return reasons;
};

/** What another running wave has yet to come to, where that is one of these workloads or has the same target. */
const inRunningWave = async (
  ledger: Ledger,
  other: Wave,
  workloads: readonly Workload[],
): Promise<string | null> => {
  for (const id of other.workloadIds.filter((candidate) => !other.cutovers[candidate])) {
    if (workloads.some((workload) => workload.id === id))
      return `workload ${id} is in wave ${other.id}, which is running`;
    const stored = await ledger.store.read(workloadType, workloadPartition(id), id);
    for (const workload of stored ? workloads : []) {
      const overlap = stored && overlapBetween(workload, stored.body);
      if (overlap) return `${overlap}, and the latter is in wave ${other.id}, which is running`;
    }
  }
  return null;
};

/**
 * Why a wave over these workloads must not be planned or started: two of its assets have the same target, or an unfinished cutover
 * or a running wave has one of its workloads or targets. Null where nothing is in the way. A look ahead, so that people hear of it
 * early; what makes two cutovers of one workload impossible is the lease.
 */
export const whatIsInTheWay = async (
  ledger: Ledger,
  waveId: string,
  workloads: readonly Workload[],
): Promise<string | null> => {
  const own = overlapAmong(workloads);
  if (own !== null) return own;
  const [unfinished] = (await cutoversInTheWay(ledger, waveId, workloads)).values();
  if (unfinished !== undefined) return unfinished;
  for await (const { body: other } of findAll(ledger.store, waveType, 'status', 'running')) {
    const reason =
      other.id === waveId || other.stopping !== null ? null : await inRunningWave(ledger, other, workloads);
    if (reason !== null) return reason;
  }
  return null;
};

/** Throws `conflict` naming what is in the way. */
export const refuseWhatIsInTheWay = async (
  ledger: Ledger,
  waveId: string,
  workloads: readonly Workload[],
): Promise<void> => {
  const reason = await whatIsInTheWay(ledger, waveId, workloads);
  if (reason !== null) throw new MigrationError('conflict', reason);
};
