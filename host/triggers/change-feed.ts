import { join } from 'node:path';
import { SqliteStore } from '../../shared/adapters/sqlite/sqlite-store';
import type { CreateListener, ListenerContext, LoadedFunction } from '../function-app';
import { HostError } from '../host-error';
import { openLeases } from './change-feed-leases';
import { ChangeFeedReader, type ChangeFeed, type ChangeFeedTrigger } from './change-feed-reader';
import { functionsTriggeredBy, triggerText } from './trigger-binding';

const DEFAULT_MAX_ITEMS = 100;
/** What a store gives at once. */
const MAX_ITEMS = 1_000;
const DEFAULT_POLL_MS = 1_000;

/** Drives `cosmosDBTrigger` functions from the change feed of a store. `containerName` is the name of a document type. */
export const changeFeedListener =
  (openFeed: (context: ListenerContext) => ChangeFeed): CreateListener =>
  (context) => {
    const triggers = functionsTriggeredBy('cosmosDBTrigger', context.functions).map((fn) =>
      readTrigger(fn, context),
    );
    if (triggers.length === 0) return { start: async () => undefined, drain: async () => undefined };

    const feed = openFeed(context);
    const leases = openLeases(join(context.dataDir, 'leases.db'));
    const readers = triggers.map((trigger) => new ChangeFeedReader(trigger, feed, leases, context));
    let drained: Promise<void> | null = null;
    const drain = async (): Promise<void> => {
      await Promise.all(readers.map((reader) => reader.drain()));
      leases.close();
      feed.close();
    };
    return {
      start: async () => {
        for (const reader of readers) await reader.open();
        for (const reader of readers) reader.start();
      },
      drain: () => (drained ??= drain()),
    };
  };

/** The same from the store of one machine, `store.db`. */
export const createChangeFeedListener: CreateListener = changeFeedListener(
  ({ dataDir }) => new SqliteStore(join(dataDir, 'store.db')),
);

const readTrigger = (fn: LoadedFunction, { settings }: ListenerContext): ChangeFeedTrigger => {
  const { trigger } = fn;
  if (trigger['startFromTime'] !== undefined || trigger['changeFeedMode'] === 'AllVersionsAndDeletes') {
    throw new HostError(
      'app-invalid',
      `Function "${fn.name}": startFromTime and AllVersionsAndDeletes are not supported.`,
    );
  }
  return {
    fn,
    container: triggerText(fn, 'containerName', settings),
    maxItems: Math.min(positiveInteger(fn, 'maxItemsPerInvocation') ?? DEFAULT_MAX_ITEMS, MAX_ITEMS),
    startFromBeginning: trigger['startFromBeginning'] === true,
    pollMs: positiveInteger(fn, 'feedPollDelay') ?? DEFAULT_POLL_MS,
  };
};

const positiveInteger = ({ name, trigger }: LoadedFunction, property: string): number | null => {
  const value = trigger[property];
  if (value === undefined) return null;
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw new HostError('app-invalid', `Function "${name}": ${property} must be a whole number above 0.`);
};
