import type { app as functionsApp } from '@azure/functions';
import { CausewayEvent } from '../../shared/contracts/event';
import type { Services } from '../services';

const BATCH = 100;

/**
 * The outbox relay: what was stored as an event goes to the topic, in order, again and again until the bus has it. An event may be
 * published twice; its id is its message id.
 */
export const registerRelay = (
  app: Pick<typeof functionsApp, 'cosmosDB'>,
  { bus }: Pick<Services, 'bus'>,
): void => {
  app.cosmosDB('relay-events', {
    connection: 'COSMOS',
    databaseName: 'causeway',
    containerName: 'event',
    leaseContainerName: 'leases',
    createLeaseContainerIfNotExists: true,
    startFromBeginning: true,
    maxItemsPerInvocation: BATCH,
    retry: {
      strategy: 'exponentialBackoff',
      maxRetryCount: -1,
      minimumInterval: { seconds: 1 },
      maximumInterval: { minutes: 5 },
    },
    handler: async (documents: unknown[]) => {
      const events = documents.map((document) => CausewayEvent.parse(document));
      for (let from = 0; from < events.length; from += BATCH)
        await bus.publish(events.slice(from, from + BATCH));
    },
  });
};
