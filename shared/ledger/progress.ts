import { StaleWriteError, MigrationError } from '../contracts/errors';
import type { Progress } from '../contracts/transfer';
import { create, replace } from '../ports/store';
import { cutoverPartition, progressType } from './documents';
import type { Ledger } from './ledger';

/** Overwrites a stage's progress. The last writer wins: it is for looking at, decisions rest on the journal. */
export const saveProgress = async (ledger: Ledger, cutoverId: string, progress: Progress): Promise<void> => {
  const partition = cutoverPartition(cutoverId);
  const stored = await ledger.store.read(progressType, partition, progress.stage);
  const operation = stored
    ? replace(progressType, stored, progress)
    : create(progressType, progress.stage, progress);
  try {
    await ledger.store.commit(partition, [operation]);
  } catch (error) {
    const overtaken =
      error instanceof StaleWriteError ||
      (error instanceof MigrationError && error.code === 'already-exists');
    if (!overtaken) throw error;
  }
};
