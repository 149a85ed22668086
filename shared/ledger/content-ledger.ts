import { MigrationError, StaleWriteError } from '../contracts/errors';
import type { Recorded } from '../contracts/cutover';
import type { Journal } from '../ports/journal';
import { create, replace, type DocumentType, type Stored } from '../ports/store';
import { nowIso, type Ledger } from './ledger';
import { withRecords, type Change } from './record';

/** A ledger whose records may have content that is too large for a document. */
export interface ContentLedger extends Ledger {
  readonly journal: Journal;
}

/**
 * A head in place of the one that was read, or the first of its id, with its log and events. `StaleWriteError` where somebody else
 * was faster: then all that `change` rests on is to be read anew.
 */
export const commitHead = async <T extends Recorded & { readonly id: string }>(
  ledger: Pick<Ledger, 'store' | 'clock'>,
  type: DocumentType<T>,
  partition: string,
  before: Stored<T> | null,
  change: Change<T>,
): Promise<void> => {
  const { body, operations } = withRecords(partition, change, nowIso(ledger));
  const write = before === null ? create(type, body.id, body) : replace(type, before, body);
  try {
    await ledger.store.commit(partition, [write, ...operations]);
  } catch (error) {
    if (!(error instanceof MigrationError) || error.code !== 'already-exists') throw error;
    throw new StaleWriteError(`${type.name} ${body.id} has been made meanwhile`, { cause: error });
  }
};

const ATTEMPTS = 20;

/** Does what reads and then writes, anew where somebody else wrote in between. */
export const untilFresh = async <R>(work: () => Promise<R>): Promise<R> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StaleWriteError) || attempt === ATTEMPTS) throw error;
    }
  }
};
