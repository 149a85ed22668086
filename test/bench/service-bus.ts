import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SystemClock } from '../../host/clock';
import { createServiceBusListener } from '../../host/triggers/service-bus';
import hostJson from '../../host.json';
import { openCosmosStore } from '../../shared/adapters/cosmos/cosmos-store';
import { openServiceBusEventBus } from '../../shared/adapters/service-bus/service-bus-event-bus';
import { SqliteBus } from '../../shared/adapters/sqlite/sqlite-bus';
import { SqliteEventBus } from '../../shared/adapters/sqlite/sqlite-event-bus';
import { SqliteStore } from '../../shared/adapters/sqlite/sqlite-store';
import { CausewayEvent } from '../../shared/contracts/event';
import type { EventBus } from '../../shared/ports/event-bus';
import { memoryClaimChecks } from '../support/memory-claim-checks';
import { startServiceBusBroker } from '../support/service-bus/broker';
import { triggeredFunction } from '../support/trigger-context';
import { startCosmosServer } from '../support/cosmos/cosmos-server';
import type { Bench, BenchRow } from './bench';
import { outboxWaysOf, type OutboxHome } from './service-bus/outbox-path';

const ROUNDS = 3;
const WARM_UP = 100;
const EVENTS = 500;
const EVENTS_A_SECOND = 100;
const CUTOVERS = 20;
const PATIENCE_MS = 60_000;

interface Home extends OutboxHome {
  close(): Promise<void>;
}

const eventOf = (round: string, n: number): CausewayEvent => ({
  specversion: '1.0',
  id: `${round}-${n}`,
  source: '/causeway',
  type: 'gate.decided',
  subject: `cutover:${n % CUTOVERS}`,
  time: new Date().toISOString(),
  datacontenttype: 'application/json',
  sequence: n + 1,
  data: { stage: 'freeze', attempt: 1 },
});

/** Publishes as the relay does: one page after the other, each with what has come up meanwhile. Returns each event's way in ms. */
const waysOf = async (
  bus: EventBus,
  round: string,
  heardAt: ReadonlyMap<string, number>,
): Promise<number[]> => {
  const cameUpAt = new Map<string, number>();
  const startedAt = performance.now();
  let next = 0;
  while (next < EVENTS) {
    const due = Math.min(EVENTS, Math.floor(((performance.now() - startedAt) * EVENTS_A_SECOND) / 1_000));
    const page: CausewayEvent[] = [];
    for (; next < due && page.length < 100; next += 1) {
      cameUpAt.set(`${round}-${next}`, startedAt + (next * 1_000) / EVENTS_A_SECOND);
      page.push(eventOf(round, next));
    }
    if (page.length > 0) await bus.publish(page);
    else await sleep(1);
  }
  await allHeard([...cameUpAt.keys()], heardAt);
  return [...cameUpAt].map(([id, at]) => (heardAt.get(id) ?? Infinity) - at);
};

const allHeard = async (ids: readonly string[], heardAt: ReadonlyMap<string, number>): Promise<void> => {
  const giveUpAt = performance.now() + PATIENCE_MS;
  while (ids.some((id) => !heardAt.has(id))) {
    if (performance.now() > giveUpAt) throw new Error('not every event reached the subscriber');
    await sleep(5);
  }
};

/** The host's own trigger feeds the subscriber, with the limits of host.json. */
const measure = async (home: Home, dataDir: string, round: string): Promise<number[]> => {
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
  const clock = new SystemClock();
  const listener = createServiceBusListener({
    functions: [subscriber],
    clock,
    dataDir,
    hostJson,
    settings: home.settings,
    log: () => undefined,
    fatal: (error) => {
      throw error;
    },
  });
  await listener.start();
  try {
    const warmUp = Array.from({ length: WARM_UP }, (_, n) => eventOf(`${round}-warm`, n));
    await home.bus.publish(warmUp);
    await allHeard(
      warmUp.map(({ id }) => id),
      heardAt,
    );
    return await waysOf(home.bus, round, heardAt);
  } finally {
    await listener.drain();
    clock.close();
  }
};

const openNamespace = async (): Promise<Home> => {
  const [broker, account] = [await startServiceBusBroker(), await startCosmosServer()];
  const { connectionString } = broker;
  const bus = openServiceBusEventBus({ connectionString, claimChecks: memoryClaimChecks() });
  const store = openCosmosStore({ connectionString: account.connectionString });
  const close = async (): Promise<void> => {
    await bus.close();
    store.close();
    await Promise.all([broker.stop(), account.stop()]);
  };
  return { bus, store, settings: { ServiceBus: connectionString, COSMOS: account.connectionString }, close };
};

const openFile = async (dataDir: string): Promise<Home> => {
  const file = new SqliteBus({ path: join(dataDir, 'bus.db'), now: () => Date.now() });
  const store = new SqliteStore(join(dataDir, 'store.db'));
  return {
    bus: new SqliteEventBus(file, memoryClaimChecks()),
    store,
    settings: {},
    close: async () => {
      file.close();
      store.close();
    },
  };
};

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? NaN;
const median = (values: readonly number[]): number => quantile(values, 0.5);

const inFolder = async <T>(work: (folder: string) => Promise<T>): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

interface Ways {
  readonly publish: number[];
  readonly outbox: number[];
}

const LOAD = { events: EVENTS, eventsASecond: EVENTS_A_SECOND, cutovers: CUTOVERS };

const round = (open: (folder: string) => Promise<Home>, name: string): Promise<Ways> =>
  inFolder(async (folder) => {
    const home = await open(folder);
    try {
      const publish = await measure(home, folder, `${name}-publish`);
      return { publish, outbox: await outboxWaysOf(home, folder, `${name}-outbox`, LOAD) };
    } finally {
      await home.close();
    }
  });

export const bench: Bench = {
  about: `outbox and publish to subscriber under ${EVENTS_A_SECOND} events/s in ${CUTOVERS} sessions, in the Azure home and on one machine`,
  run: async (say) => {
    const ours: Ways[] = [];
    const sqlite: Ways[] = [];
    for (let n = 1; n <= ROUNDS; n += 1) {
      say(`round ${n} of ${ROUNDS}`);
      ours.push(await round(openNamespace, `amqp-${n}`));
      sqlite.push(await round(openFile, `file-${n}`));
    }
    const row = (from: keyof Ways, percent: number): BenchRow => {
      const of = (rounds: readonly Ways[]): number =>
        median(rounds.map((ways) => quantile(ways[from], percent / 100)));
      const name = `${from}-to-subscriber-p${percent}`;
      return {
        name,
        unit: 'ms',
        better: 'lower',
        ours: of(ours),
        peers: { 'one machine': of(sqlite) },
        limit: null,
      };
    };
    return {
      rows: [row('outbox', 50), row('outbox', 99), row('publish', 50), row('publish', 99)],
      seed: 0,
      rounds: ROUNDS,
      leavesOut: [
        'Broker and account are stand-ins on this machine, so the figures bound our part alone: no network, no TLS, no replication, no throttling of Azure.',
        'From the outbox counts the commit that wrote the event, once it is answered; the change feed of the Azure home is polled once a second, that of one machine is told of each commit.',
        'The subscriber does nothing but note the event.',
      ],
    };
  },
};
