import { cutoverType, waveType } from '../../shared/ledger/documents';
import { findAll } from '../../shared/ledger/find-all';
import type { Store } from '../../shared/ports/store';

/** When what is under way was changed last, which an event told of; null where nothing is under way. */
export async function latestChange(store: Store): Promise<Date | null> {
  let latest = '';
  const look = ({ updatedAt }: { readonly updatedAt: string }): void => {
    if (updatedAt > latest) latest = updatedAt;
  };
  for (const status of ['running', 'reviewing'])
    for await (const { body } of findAll(store, waveType, 'status', status)) look(body);
  for await (const { body } of findAll(store, cutoverType, 'active', 'yes')) look(body);
  return latest === '' ? null : new Date(latest);
}
