import type { Store } from '../../../shared/ports/store';
import type { ApiUnderTest } from './api-under-test';

/** Lets the API work over a store that behaves differently in some calls; returns what puts the real one back. */
export function replaceStore({ services, store }: ApiUnderTest, different: Partial<Store>): () => void {
  const delegating: Store = {
    read: (type, partition, id) => store.read(type, partition, id),
    list: (type, partition, page) => store.list(type, partition, page),
    find: (type, index, range, page) => store.find(type, index, range, page),
    commit: (partition, operations) => store.commit(partition, operations),
    changes: (type, after, limit) => store.changes(type, after, limit),
  };
  Object.assign(services.ledger, { store: { ...delegating, ...different } });
  return () => Object.assign(services.ledger, { store });
}
