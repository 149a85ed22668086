import { setTimeout as sleep } from 'node:timers/promises';
import { SystemClock } from '../../../host/clock';
import type { ListenerContext, LoadedFunction } from '../../../host/function-app';
import { createChangeFeedListener } from '../../../host/triggers/change-feed';
import { createServiceBusListener } from '../../../host/triggers/service-bus';
import hostJson from '../../../host.json';
import { CausewayEvent } from '../../../shared/contracts/event';
import { eventType } from '../../../shared/ledger/documents';
import type { EventBus } from '../../../shared/ports/event-bus';
import { create, type Store } from '../../../shared/ports/store';
import { relayFunction } from '../../support/relay-function';
import { triggeredFunction } from '../../support/trigger-context';

const PATIENCE_MS = 60_000;

export interface Load {
  readonly events: number;
  readonly eventsASecond: number;
  readonly cutovers: number;
}

export interface OutboxHome {
  readonly store: Store;
  readonly bus: EventBus;
  readonly settings: ListenerContext['settings'];
}

const eventOf = (round: string, { cutovers }: Load, n: number): CausewayEvent => ({
  specversion: '1.0',
  id: `${round}-${n}`,
  source: '/causeway',
  type: 'gate.decided',
  subject: `cutover:${round}-${n % cutovers}`,
  time: new Date().toISOString(),
  datacontenttype: 'application/json',
  sequence: Math.floor(n / cutovers) + 1,
  data: { stage: 'freeze', attempt: 1 },
});

/** Commits events at their due times, those of one cutover one after the other. Returns when each was written, by id. */
const commitAll = async (store: Store, round: string, load: Load): Promise<Map<string, number>> => {
  const writtenAt = new Map<string, number>();
  const lastOf = new Map<string, Promise<void>>();
  const startedAt = performance.now();
  for (let n = 0; n < load.events; n += 1) {
    const dueMs = startedAt + (n * 1_000) / load.eventsASecond - performance.now();
    if (dueMs > 0) await sleep(dueMs);
    const event = eventOf(round, load, n);
    const commit = async (): Promise<void> => {
      await store.commit(event.subject, [create(eventType, event.id, event)]);
      writtenAt.set(event.id, performance.now());
    };
    lastOf.set(event.subject, (lastOf.get(event.subject) ?? Promise.resolve()).then(commit));
  }
  await Promise.all(lastOf.values());
  return writtenAt;
};

/** The host's own triggers feed the relay and the subscriber, with the limits of host.json. */
const withTriggers = async <T>(
  home: OutboxHome,
  dataDir: string,
  functions: readonly LoadedFunction[],
  work: () => Promise<T>,
): Promise<T> => {
  const clock = new SystemClock();
  const fatal = (error: unknown): never => {
    throw error;
  };
  const context = { clock, dataDir, hostJson, settings: home.settings, log: () => undefined, fatal };
  const listeners = [createServiceBusListener, createChangeFeedListener].map((createListener) =>
    createListener({ ...context, functions }),
  );
  try {
    for (const listener of listeners) await listener.start();
    return await work();
  } finally {
    for (const listener of listeners) await listener.drain();
    clock.close();
  }
};

/** How long each event took from the commit that wrote it to the subscriber's handler, in ms. */
export const outboxWaysOf = async (
  home: OutboxHome,
  dataDir: string,
  round: string,
  load: Load,
): Promise<number[]> => {
  const heardAt = new Map<string, number>();
  const subscriber = triggeredFunction(
    'teams',
    {
      type: 'serviceBusTrigger',
      connection: 'ServiceBus',
      topicName: 'migration-events',
      subscriptionName: 'teams',
      isSessionsEnabled: true,
    },
    ({ triggerData }) => {
      const { id } = CausewayEvent.parse(triggerData);
      if (!heardAt.has(id)) heardAt.set(id, performance.now());
    },
  );
  const run = async (name: string, events: number): Promise<Map<string, number>> => {
    const writtenAt = await commitAll(home.store, name, { ...load, events });
    const giveUpAt = performance.now() + PATIENCE_MS;
    while ([...writtenAt.keys()].some((id) => !heardAt.has(id))) {
      if (performance.now() > giveUpAt) throw new Error('not every event reached the subscriber');
      await sleep(5);
    }
    return writtenAt;
  };
  return withTriggers(home, dataDir, [subscriber, relayFunction(home.store, home.bus)], async () => {
    await run(`${round}-warm`, load.eventsASecond);
    const writtenAt = await run(round, load.events);
    return [...writtenAt].map(([id, at]) => (heardAt.get(id) ?? Infinity) - at);
  });
};
