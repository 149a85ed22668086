import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceBusClient } from '@azure/service-bus';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openServiceBusDeadLetters } from '../../shared/adapters/service-bus/service-bus-dead-letters';
import { openServiceBusEventBus } from '../../shared/adapters/service-bus/service-bus-event-bus';
import { EventType } from '../../shared/contracts/event';
import subscriptions from '../../infra/service-bus-subscriptions.json';
import { before } from '../support/before';
import { memoryClaimChecks } from '../support/memory-claim-checks';
import { startServiceBusBroker, type ServiceBusBroker } from '../support/service-bus/broker';
import { event } from './event-bus-suite';

const TOPIC = 'migration-events';
const LIMIT_MS = 10_000;

const deadLetterAll = async (connectionString: string): Promise<void> => {
  const client = new ServiceBusClient(connectionString);
  const receiver = await client.acceptNextSession(TOPIC, 'everything');
  const messages = await receiver.receiveMessages(3, { maxWaitTimeInMs: LIMIT_MS });
  for (const message of messages)
    await receiver.deadLetterMessage(message, {
      deadLetterReason: 'Refused',
      deadLetterErrorDescription: 'by a test',
    });
  await client.close();
};

describe('the stand-in for Service Bus', () => {
  let folder: string;
  let dataFile: string;
  let broker: ServiceBusBroker;
  const restart = async (): Promise<void> => {
    await broker.stop();
    broker = await startServiceBusBroker({ dataFile });
    broker.ensureSubscription(TOPIC, 'everything', { requiresSession: true });
  };
  const publish = async (...events: ReturnType<typeof event>[]): Promise<void> => {
    const { connectionString } = broker;
    const bus = openServiceBusEventBus({ connectionString, claimChecks: memoryClaimChecks() });
    await before(LIMIT_MS, 'events to be taken', bus.publish(events));
    await before(LIMIT_MS, 'the publisher to close', bus.close());
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'causeway-broker-'));
    dataFile = join(folder, 'broker.db');
    broker = await startServiceBusBroker({ dataFile });
    broker.ensureSubscription(TOPIC, 'everything', { requiresSession: true });
  });
  afterEach(async () => {
    await broker.stop();
    rmSync(folder, { recursive: true });
  });

  it('R88 lets through to each subscription the types of events that its template names', async () => {
    await publish(...EventType.options.map((type, n) => ({ ...event(n), type })));
    for (const { name, eventTypes } of subscriptions)
      expect({ name, count: broker.count(TOPIC, name).active }).toEqual({ name, count: eventTypes.length });
    expect(broker.count(TOPIC, 'everything').active).toBe(EventType.options.length);
  });

  it('keeps messages, dead letters and the ids it has seen over a restart', async () => {
    await publish(event(1), event(2));
    await restart();
    await publish(event(2), event(3));
    expect(broker.count(TOPIC, 'everything').active).toBe(3);
    await deadLetterAll(broker.connectionString);
    expect(broker.count(TOPIC, 'everything')).toEqual({ active: 0, deadLetters: 3 });
    await restart();
    expect(broker.count(TOPIC, 'everything')).toEqual({ active: 0, deadLetters: 3 });
    const dead = await openServiceBusDeadLetters(broker).list('everything', 0, 10);
    expect(dead.map(({ eventId, reason }) => ({ eventId, reason }))).toEqual(
      [1, 2, 3].map((n) => ({ eventId: `event-${n}`, reason: 'Refused' })),
    );
  });
});
