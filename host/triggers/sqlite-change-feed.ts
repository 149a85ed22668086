import { join } from 'node:path';
import { SqliteStore } from '../../shared/adapters/sqlite/sqlite-store';
import type { ListenerContext } from '../function-app';
import { HostError } from '../host-error';
import type { ChangeFeed, ChangeFeedTrigger } from './change-feed-reader';

/** The one container that the store of this machine stands for. */
const CONTAINER = 'ledger';

export const openSqliteChangeFeed = (
  { fn, container }: ChangeFeedTrigger,
  { dataDir }: ListenerContext,
): ChangeFeed => {
  if (container !== CONTAINER)
    throw new HostError(
      'app-invalid',
      `Function "${fn.name}": this machine has no container "${container}".`,
    );
  const store = new SqliteStore(join(dataDir, 'store.db'));
  return {
    source: container,
    changes: (after, limit) => store.changedDocuments(after, limit),
    onCommit: (listener) => store.onCommit(listener),
    close: () => store.close(),
  };
};
