import { StaleWriteError, MigrationError } from '../contracts/errors';
import type { WorkRecord } from '../contracts/records';
import type { StepResult, WorkOrder } from '../contracts/step';
import type { WorkClaim } from '../ports/worker';
import { create, replace, type Stored } from '../ports/store';
import { readCutover } from './cutovers';
import { cutoverPartition, workRecordType } from './documents';
import type { Ledger } from './ledger';

/** How long a claim lasts without a sign of life. */
const LEASE_MS = 60_000;

export type Claimed =
  | { readonly kind: 'claimed'; readonly claim: WorkClaim; settle(result: StepResult): Promise<void> }
  /** Done before: the stored result. */
  | { readonly kind: 'done'; readonly result: StepResult };

/**
 * Takes an order under a new epoch. The order may be taken while another holds it (its process may be gone): the older holder
 * notices at its next heartbeat. Only a result `done` is kept; everything else may be tried again.
 */
export const claimWork = async (ledger: Ledger, order: WorkOrder): Promise<Claimed> => {
  const partition = cutoverPartition(order.cutoverId);
  for (;;) {
    const existing = await ledger.store.read(workRecordType, partition, order.key);
    if (existing?.body.result) return { kind: 'done', result: existing.body.result };
    const epoch = (existing?.body.epoch ?? 0) + 1;
    const { key, cutoverId, stage } = order;
    const record: WorkRecord = { key, cutoverId, stage, epoch, leaseUntil: leaseEnd(ledger), result: null };
    const operation = existing
      ? replace(workRecordType, existing, record)
      : create(workRecordType, order.key, record);
    try {
      await ledger.store.commit(partition, [operation]);
    } catch (error) {
      if (lostRace(error)) continue;
      throw error;
    }
    return heldClaim(ledger, order, epoch);
  }
};

const leaseEnd = (ledger: Ledger): string => new Date(ledger.clock.now().getTime() + LEASE_MS).toISOString();

const lostRace = (error: unknown): boolean =>
  error instanceof StaleWriteError || (error instanceof MigrationError && error.code === 'already-exists');

const heldClaim = (ledger: Ledger, order: WorkOrder, epoch: number): Claimed => {
  const partition = cutoverPartition(order.cutoverId);
  const mine = async (): Promise<Stored<WorkRecord> | null> => {
    const stored = await ledger.store.read(workRecordType, partition, order.key);
    return stored?.body.epoch === epoch ? stored : null;
  };
  const write = async (change: Partial<WorkRecord>): Promise<boolean> => {
    const stored = await mine();
    if (!stored) return false;
    try {
      await ledger.store.commit(partition, [replace(workRecordType, stored, { ...stored.body, ...change })]);
      return true;
    } catch (error) {
      if (lostRace(error)) return false;
      throw error;
    }
  };
  return {
    kind: 'claimed',
    claim: {
      epoch,
      heartbeat: () => write({ leaseUntil: leaseEnd(ledger) }),
      interrupted: async () => {
        const { body: cutover } = await readCutover(ledger, order.cutoverId);
        return cutover.status !== 'rolling-back' && cutover.commandsReceived > cutover.commandsDecided;
      },
    },
    settle: async (result) => {
      if (result.kind !== 'done') return;
      if (!(await write({ result })))
        throw new StaleWriteError(`order ${order.key} was taken over by a newer claim`);
    },
  };
};
