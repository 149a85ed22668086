import { join } from 'node:path';
import { SqliteStore } from '../../shared/adapters/sqlite/sqlite-store';
import type { ListenerContext } from '../function-app';
import { DocumentsFile } from '../outputs/documents-file';
import type { ChangeFeed, ChangeFeedTrigger } from './change-feed-reader';

/** The one container that the store of this machine stands for. */
const LEDGER = 'ledger';

/** A container on this machine: that of `store.db`, or any other of `documents.db`. */
export const openSqliteChangeFeed = (trigger: ChangeFeedTrigger, context: ListenerContext): ChangeFeed =>
  trigger.container === LEDGER ? storeFeed(context) : documentsFeed(trigger, context);

const storeFeed = ({ dataDir }: ListenerContext): ChangeFeed => {
  const store = new SqliteStore(join(dataDir, 'store.db'));
  return {
    source: LEDGER,
    changes: (after, limit) => store.changedDocuments(after, limit),
    onCommit: (listener) => store.onCommit(listener),
    close: () => store.close(),
  };
};

const documentsFeed = (
  { database, container }: ChangeFeedTrigger,
  { dataDir, clock }: ListenerContext,
): ChangeFeed => {
  const source = `${database}/${container}`;
  const file = new DocumentsFile({ dataDir, clock });
  return {
    source,
    changes: async (after, limit) => {
      const found = file.changes(source, Number(after ?? 0), limit);
      return {
        documents: found.map(({ document }) => document),
        next: String(found.at(-1)?.change ?? after ?? 0),
      };
    },
    // Writers have a file handle of their own: what they commit is found by polling.
    onCommit: () => () => undefined,
    close: () => void file.close(),
  };
};
