import { MigrationError } from '../contracts/errors';
import type { Principal } from '../contracts/principal';
import { Workload, type WorkloadInput } from '../contracts/workload';
import { assetProblem } from '../domain/target-overlap';
import { create, replace, type Stored } from '../ports/store';
import { workloadPartition, workloadType } from './documents';
import { nowIso, type Ledger } from './ledger';

/**
 * Creates a workload (`version` null) or replaces the version that was read. A change never reaches waves that were planned
 * before: they carry the workload as it was approved, until they are changed themselves.
 */
export const saveWorkload = async (
  ledger: Ledger,
  _principal: Principal,
  input: WorkloadInput,
  version: string | null,
): Promise<Stored<Workload>> => {
  const wrong = assetProblem(input);
  if (wrong) throw new MigrationError('invalid-input', wrong.problem, { field: wrong.field });
  const partition = workloadPartition(input.id);
  const now = nowIso(ledger);
  const existing = await ledger.store.read(workloadType, partition, input.id);
  if (version === null) {
    if (existing)
      throw new MigrationError('already-exists', `workload ${input.id} exists already`, { field: 'id' });
    const body = Workload.parse({ ...input, createdAt: now, updatedAt: now });
    await ledger.store.commit(partition, [create(workloadType, input.id, body)]);
  } else {
    if (!existing) throw new MigrationError('not-found', `there is no workload ${input.id}`);
    const body = Workload.parse({ ...input, createdAt: existing.body.createdAt, updatedAt: now });
    await ledger.store.commit(partition, [replace(workloadType, { ...existing, version }, body)]);
  }
  return readWorkload(ledger, input.id);
};

/** Throws `not-found`. */
export const readWorkload = async (ledger: Pick<Ledger, 'store'>, id: string): Promise<Stored<Workload>> => {
  const stored = await ledger.store.read(workloadType, workloadPartition(id), id);
  if (!stored) throw new MigrationError('not-found', `there is no workload ${id}`);
  return stored;
};
