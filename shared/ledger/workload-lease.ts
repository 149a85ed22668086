import { MigrationError, StaleWriteError } from '../contracts/errors';
import type { WorkloadLease } from '../contracts/records';
import { create, remove, replace, type Operation } from '../ports/store';
import { CLAIM, cutoverIdOf, readCutover } from './cutovers';
import {
  cutoverClaimType,
  cutoverPartition,
  cutoverType,
  waveType,
  wavePartition,
  workloadLeaseType,
  workloadPartition,
} from './documents';
import { nowIso, type Ledger } from './ledger';

const LEASE = 'lease';

const readLease = (ledger: Ledger, workloadId: string) =>
  ledger.store.read(workloadLeaseType, workloadPartition(workloadId), LEASE);

/** True where it was stored, false where somebody else wrote in between. */
const won = async (ledger: Ledger, partition: string, operation: Operation): Promise<boolean> => {
  try {
    await ledger.store.commit(partition, [operation]);
    return true;
  } catch (error) {
    if (error instanceof StaleWriteError) return false;
    if (error instanceof MigrationError && error.code === 'already-exists') return false;
    throw error;
  }
};

/**
 * Makes a cutover of a workload the only one that is not over: two at once could open the source under each other. To be taken
 * before the cutover is created; taking it again is harmless. Null where it is ours, else the lease in the way.
 */
export const takeLease = async (
  ledger: Ledger,
  waveId: string,
  workloadId: string,
): Promise<WorkloadLease | null> => {
  const cutoverId = cutoverIdOf(waveId, workloadId);
  const mine: WorkloadLease = { workloadId, cutoverId, waveId, takenAt: nowIso(ledger) };
  for (;;) {
    const stored = await readLease(ledger, workloadId);
    if (stored?.body.cutoverId === cutoverId) return null;
    if (stored && !(await isOver(ledger, stored.body))) return stored.body;
    const operation = stored
      ? replace(workloadLeaseType, stored, mine)
      : create(workloadLeaseType, LEASE, mine);
    if (await won(ledger, workloadPartition(workloadId), operation)) return null;
  }
};

const readLeased = (ledger: Ledger, { cutoverId }: WorkloadLease) =>
  ledger.store.read(cutoverType, cutoverPartition(cutoverId), cutoverId);

/**
 * Whether a lease no longer protects anything: its cutover has ended, or was never created and now never can be. The latter only
 * where its wave is over: whoever took the lease for it may be about to create it.
 */
const isOver = async (ledger: Ledger, lease: WorkloadLease): Promise<boolean> => {
  const cutover = await readLeased(ledger, lease);
  if (cutover) return cutover.body.endedAt !== null;
  const wave = await ledger.store.read(waveType, wavePartition(lease.waveId), lease.waveId);
  if (wave && wave.body.endedAt === null) return false;
  const partition = cutoverPartition(lease.cutoverId);
  await won(ledger, partition, create(cutoverClaimType, CLAIM, { kind: 'void', at: nowIso(ledger) }));
  const late = await readLeased(ledger, lease);
  return late === null || late.body.endedAt !== null;
};

/** Gives the lease of a cutover that has ended back. Taken over already: no change. */
export const releaseLease = async (ledger: Ledger, cutoverId: string): Promise<void> => {
  const { body: cutover } = await readCutover(ledger, cutoverId);
  const stored = await readLease(ledger, cutover.workloadId);
  if (stored?.body.cutoverId !== cutoverId) return;
  await won(ledger, workloadPartition(cutover.workloadId), remove(workloadLeaseType, stored));
};
