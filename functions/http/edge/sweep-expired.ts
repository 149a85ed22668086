import { StaleWriteError } from '../../../shared/contracts/errors';
import { nowIso, type Ledger } from '../../../shared/ledger/ledger';
import { remove, type DocumentType } from '../../../shared/ports/store';

const SWEPT_AT_ONCE = 20;

/**
 * Deletes documents whose index `expires` has passed, a few at a time: called by whoever writes a new one, so that they cannot
 * pile up. Two sweeps at the same moment do no harm.
 */
export async function sweepExpired<T>(
  ledger: Pick<Ledger, 'store' | 'clock'>,
  type: DocumentType<T>,
): Promise<void> {
  const range = { from: '0', to: nowIso(ledger) };
  const { items } = await ledger.store.find(type, 'expires', range, { limit: SWEPT_AT_ONCE });
  for (const [partition, expired] of Map.groupBy(items, (item) => item.partition)) {
    try {
      await ledger.store.commit(
        partition,
        expired.map((item) => remove(type, item)),
      );
    } catch (error) {
      if (!(error instanceof StaleWriteError)) throw error;
    }
  }
}
