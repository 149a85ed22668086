import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createChangeFeedListener } from '../../host/triggers/change-feed';
import { openCosmosStore, type CosmosStore } from '../../shared/adapters/cosmos/cosmos-store';
import { openServiceBusEventBus } from '../../shared/adapters/service-bus/service-bus-event-bus';
import { CausewayEvent } from '../../shared/contracts/event';
import { eventType } from '../../shared/ledger/documents';
import { create } from '../../shared/ports/store';
import { before } from '../support/before';
import { startCosmosServer, type CosmosServer } from '../support/cosmos/cosmos-server';
import { letTheProcessEnd } from '../support/let-the-process-end';
import { memoryClaimChecks } from '../support/memory-claim-checks';
import { relayFunction } from '../support/relay-function';
import { startServiceBusBroker, type ServiceBusBroker } from '../support/service-bus/broker';
import { startFaultyPump } from '../support/service-bus/faulty-run';
import { TriggerContext } from '../support/trigger-context';
import { event } from './event-bus-suite';

const LIMIT_MS = 30_000;
const FAILURES = 7;

describe('a namespace that is gone for minutes', () => {
  letTheProcessEnd();
  let folder: string;
  let host: TriggerContext;
  let server: CosmosServer;
  let store: CosmosStore;
  let broker: ServiceBusBroker;

  const start = async (port?: number): Promise<ServiceBusBroker> => {
    const dataFile = join(folder, 'broker.db');
    const started = await startServiceBusBroker({ dataFile, ...(port !== undefined && { port }) });
    started.ensureSubscription('migration-events', 'faulty', {
      requiresSession: true,
      lockDurationMs: 2_000,
    });
    return started;
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'causeway-outage-'));
    host = new TriggerContext();
    server = await startCosmosServer();
    store = openCosmosStore({ connectionString: server.connectionString });
    broker = await start();
  });
  afterEach(async () => {
    await host.close();
    store.close();
    await server.stop();
    await broker.stop();
    rmSync(folder, { recursive: true });
  });

  it('is ridden out by relay and trigger: every event arrives once and in order, without a restart', async () => {
    const seen: number[] = [];
    const { connectionString, port } = broker;
    const pump = startFaultyPump(broker, ({ triggerData }) => {
      const { sequence } = CausewayEvent.parse(triggerData);
      if (!seen.includes(sequence)) seen.push(sequence);
    });
    const bus = openServiceBusEventBus({
      connectionString,
      claimChecks: memoryClaimChecks(),
      answerMs: 100,
    });
    const relay = relayFunction(store, bus);
    const settings = { COSMOS: server.connectionString };
    await host.start(createChangeFeedListener({ ...host.for([relay]), settings }));
    const commit = async (from: number, to: number): Promise<void> => {
      for (let n = from; n <= to; n += 1)
        await store.commit(event(n).subject, [create(eventType, event(n).id, event(n))]);
    };
    const failures = () => host.logged.filter((line) => line.includes('"relay-events" failed')).length;
    /** The relay waits by the clock of the host, so that minutes pass at once. */
    const pass = (): boolean => {
      if (host.clock.waiting.length > 0) host.clock.advance(300_000);
      return true;
    };
    try {
      await commit(1, 5);
      await before(LIMIT_MS, 'the first events', () => pass() && seen.length === 5);
      const began = failures();
      await broker.stop();
      await commit(6, 15);
      await before(LIMIT_MS, 'failures of the relay', () => pass() && failures() >= began + FAILURES);
      broker = await start(port);
      await before(LIMIT_MS, 'the other events', () => pass() && seen.length === 15);
      expect(seen).toEqual(Array.from({ length: 15 }, (_, n) => n + 1));
      await before(LIMIT_MS, 'every message to be settled', () => count() === 0);
    } finally {
      await pump.drain();
      await bus.close();
    }
  });

  const count = (): number => broker.count('migration-events', 'faulty').active;
});
