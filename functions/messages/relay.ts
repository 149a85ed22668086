import type { app as functionsApp } from '@azure/functions';
import { z } from 'zod';
import { CausewayEvent } from '../../shared/contracts/event';
import { eventType } from '../../shared/ledger/documents';
import type { Services } from '../services';
import { relay } from './outbox';

/**
 * What is waited for until a change is seen: half of it on average. People and orchestrations wait for events, so it is a fifth of
 * the default; a poll that finds nothing costs about 1 RU for each physical partition, some 86,000 RU a day.
 */
const POLL_MS = 1_000;

/** A document of the container. State and its events are written together, so that both are in it. */
const LedgerDocument = z.object({ type: z.string(), body: z.unknown().optional() });

/**
 * The outbox relay: what was stored as an event goes to the topic, in order, again and again until the bus has it. An event may be
 * published twice; its id is its message id.
 */
export const registerRelay = (
  app: Pick<typeof functionsApp, 'cosmosDB'>,
  { bus, ledger }: Pick<Services, 'bus' | 'ledger'>,
): void => {
  app.cosmosDB('relay-events', {
    connection: 'COSMOS',
    databaseName: 'causeway',
    containerName: 'ledger',
    leaseContainerName: 'leases',
    startFromBeginning: true,
    feedPollDelay: POLL_MS,
    maxItemsPerInvocation: 100,
    retry: {
      strategy: 'exponentialBackoff',
      maxRetryCount: -1,
      minimumInterval: { seconds: 1 },
      maximumInterval: { minutes: 5 },
    },
    handler: async (documents: unknown[]) => {
      await relay({ bus, store: ledger.store }, eventsAmong(documents));
    },
  });
};

/** An event is inserted once and never replaced, so the feed shows each as it was written. */
const eventsAmong = (documents: readonly unknown[]): CausewayEvent[] =>
  documents
    .map((document) => LedgerDocument.parse(document))
    .filter(({ type }) => type === eventType.name)
    .map(({ body }) => CausewayEvent.parse(body));
