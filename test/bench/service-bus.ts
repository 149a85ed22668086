import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SystemClock } from '../../host/clock';
import type { ListenerContext } from '../../host/function-app';
import { createServiceBusListener } from '../../host/triggers/service-bus';
import hostJson from '../../host.json';
import { openServiceBusEventBus } from '../../shared/adapters/service-bus/service-bus-event-bus';
import { SqliteBus } from '../../shared/adapters/sqlite/sqlite-bus';
import { SqliteEventBus } from '../../shared/adapters/sqlite/sqlite-event-bus';
import { CausewayEvent } from '../../shared/contracts/event';
import type { EventBus } from '../../shared/ports/event-bus';
import { memoryClaimChecks } from '../support/memory-claim-checks';
import { startServiceBusBroker } from '../support/service-bus/broker';
import { triggeredFunction } from '../support/trigger-context';
import type { Bench, BenchRow } from './bench';

const ROUNDS = 3;
const WARM_UP = 100;
const EVENTS = 500;
const EVENTS_A_SECOND = 100;
const CUTOVERS = 20;
const PATIENCE_MS = 60_000;

interface Home {
  readonly bus: EventBus;
  readonly settings: ListenerContext['settings'];
  close(): Promise<void>;
}

const eventOf = (round: string, n: number): CausewayEvent => ({
  specversion: '1.0',
  id: `${round}-${n}`,
  source: '/causeway',
  type: 'cutover.stage-ended',
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
  const broker = await startServiceBusBroker();
  const { connectionString } = broker;
  const bus = openServiceBusEventBus({ connectionString, claimChecks: memoryClaimChecks() });
  const close = async (): Promise<void> => {
    await bus.close();
    await broker.stop();
  };
  return { bus, settings: { ServiceBus: connectionString }, close };
};

const openFile = async (dataDir: string): Promise<Home> => {
  const file = new SqliteBus({ path: join(dataDir, 'bus.db'), now: () => Date.now() });
  return {
    bus: new SqliteEventBus(file, memoryClaimChecks()),
    settings: {},
    close: async () => file.close(),
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

const round = (open: (folder: string) => Promise<Home>, name: string): Promise<number[]> =>
  inFolder(async (folder) => {
    const home = await open(folder);
    try {
      return await measure(home, folder, name);
    } finally {
      await home.close();
    }
  });

export const bench: Bench = {
  about: `publish to subscriber under ${EVENTS_A_SECOND} events/s in ${CUTOVERS} sessions, over AMQP and over bus.db`,
  run: async (say) => {
    const ours: number[][] = [];
    const sqlite: number[][] = [];
    for (let n = 1; n <= ROUNDS; n += 1) {
      say(`round ${n} of ${ROUNDS}`);
      ours.push(await round(openNamespace, `amqp-${n}`));
      sqlite.push(await round(openFile, `file-${n}`));
    }
    const row = (percent: number): BenchRow => {
      const of = (rounds: readonly number[][]): number =>
        median(rounds.map((ways) => quantile(ways, percent / 100)));
      const name = `publish-to-subscriber-p${percent}`;
      return {
        name,
        unit: 'ms',
        better: 'lower',
        ours: of(ours),
        peers: { 'bus.db': of(sqlite) },
        limit: null,
      };
    };
    return {
      rows: [row(50), row(99)],
      seed: 0,
      rounds: ROUNDS,
      leavesOut: [
        'The broker is a stand-in on this machine, so the figures bound our part alone: no network, no TLS, no replication, no throttling of Azure.',
        'The way from the store to the publisher (change feed and its poll) is not in it.',
        'The subscriber does nothing but note the event.',
      ],
    };
  },
};
