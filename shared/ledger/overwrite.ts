import { StaleWriteError, MigrationError } from '../contracts/errors';
import { create, replace, type DocumentType } from '../ports/store';
import type { Ledger } from './ledger';

/** Stores a document in place of the one before. The last writer wins: only for what is looked at, never decided on. */
export const overwrite = async <T>(
  { store }: Pick<Ledger, 'store'>,
  type: DocumentType<T>,
  partition: string,
  id: string,
  body: T,
): Promise<void> => {
  const stored = await store.read(type, partition, id);
  try {
    await store.commit(partition, [stored ? replace(type, stored, body) : create(type, id, body)]);
  } catch (error) {
    const overtaken =
      error instanceof StaleWriteError ||
      (error instanceof MigrationError && error.code === 'already-exists');
    if (!overtaken) throw error;
  }
};
