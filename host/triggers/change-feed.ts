import { join } from 'node:path';
import { azureSdkModules } from '../azure-sdk-modules';
import type { CreateListener, ListenerContext, LoadedFunction } from '../function-app';
import { HostError } from '../host-error';
import { openLeases } from './change-feed-leases';
import { ChangeFeedReader, type ChangeFeed, type ChangeFeedTrigger } from './change-feed-reader';
import { openSqliteChangeFeed } from './sqlite-change-feed';
import { functionsTriggeredBy, triggerText } from './trigger-binding';

const DEFAULT_MAX_ITEMS = 100;
/** What a store gives at once. */
const MAX_ITEMS = 1_000;
const DEFAULT_POLL_MS = 1_000;

export type OpenFeed = (trigger: ChangeFeedTrigger, context: ListenerContext) => Promise<ChangeFeed>;

/** Drives `cosmosDBTrigger` functions, each from the change feed of its container. */
export const changeFeedListener =
  (openFeed: OpenFeed): CreateListener =>
  (context) => {
    const triggers = functionsTriggeredBy('cosmosDBTrigger', context.functions).map((fn) => readTrigger(fn));
    const leases = openLeases(join(context.dataDir, 'leases.db'));
    const running: { readonly reader: ChangeFeedReader; readonly feed: ChangeFeed }[] = [];
    let drained: Promise<void> | null = null;
    const drain = async (): Promise<void> => {
      await Promise.all(running.map(({ reader }) => reader.drain()));
      leases.close();
      for (const { feed } of running) feed.close();
    };
    return {
      start: async () => {
        for (const trigger of triggers) {
          const feed = await openFeed(trigger, context);
          running.push({ feed, reader: new ChangeFeedReader(trigger, feed, leases, context) });
        }
        for (const { reader } of running) await reader.open();
        for (const { reader } of running) reader.start();
      },
      drain: () => (drained ??= drain()),
    };
  };

/**
 * From the account that the trigger's connection names, else from this machine: the application's own store, `store.db`, or what
 * `cosmosDB` outputs wrote.
 */
export const createChangeFeedListener: CreateListener = changeFeedListener(async (trigger, context) => {
  const connectionString = context.settings[trigger.connection] ?? '';
  if (connectionString === '') {
    refuseIdentity(trigger, context);
    return openSqliteChangeFeed(trigger, context);
  }
  return azureSdkModules.cosmosChangeFeed.openCosmosChangeFeed(connectionString, trigger, context);
});

/** The store of this machine would show none of the changes that the application makes in the account. */
const refuseIdentity = ({ connection }: ChangeFeedTrigger, { settings }: ListenerContext): void => {
  const name = `${connection}__accountEndpoint`;
  if (!settings[name]) return;
  const remedy = `set ${connection} to a connection string, or run the application in Azure`;
  throw new HostError('settings-invalid', `${name}: this host reads a change feed by key only: ${remedy}.`);
};

const readTrigger = (fn: LoadedFunction): ChangeFeedTrigger => {
  const { trigger } = fn;
  if (trigger['startFromTime'] !== undefined || trigger['changeFeedMode'] === 'AllVersionsAndDeletes') {
    throw new HostError(
      'app-invalid',
      `Function "${fn.name}": startFromTime and AllVersionsAndDeletes are not supported.`,
    );
  }
  return {
    fn,
    connection: triggerText(fn, 'connection'),
    database: triggerText(fn, 'databaseName'),
    container: triggerText(fn, 'containerName'),
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
