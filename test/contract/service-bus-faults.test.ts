import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Invocation } from '../../host/function-app';
import { NamespacePump } from '../../host/triggers/service-bus-namespace-pump';
import { openServiceBusEventBus } from '../../shared/adapters/service-bus/service-bus-event-bus';
import { CausewayEvent } from '../../shared/contracts/event';
import type { EventBus } from '../../shared/ports/event-bus';
import { seededRandom, seedOfThisRun, type SeededRandom } from '../faults/seeded-random';
import { before } from '../support/before';
import { memoryClaimChecks } from '../support/memory-claim-checks';
import { startServiceBusBroker, type ServiceBusBroker } from '../support/service-bus/broker';
import { triggeredFunction, TriggerContext } from '../support/trigger-context';
import { event } from './event-bus-suite';

const TOPIC = 'migration-events';
const SUBSCRIPTION = 'faulty';
/** Also by CAUSEWAY_BUS_SEEDS. */
const SEEDS = Number(process.env['CAUSEWAY_BUS_SEEDS'] ?? 4);
/** They mostly wait. */
const AT_ONE_TIME = 8;
const LIMIT_MS = 30_000;
const FAULTS = 12;
const EVENTS = 60;
const SESSIONS = 4;

const sent = Array.from({ length: EVENTS }, (_, n): CausewayEvent => ({
  ...event(n + 1),
  subject: `cutover:c${n % SESSIONS}`,
}));
const bySession = (events: readonly CausewayEvent[]) =>
  Object.groupBy(events, ({ subject }) => subject ?? 'none');

/** What may go wrong, by name, at a moment that the seed chooses. */
const FAULTY: Readonly<Record<string, (broker: ServiceBusBroker, random: SeededRandom) => void>> = {
  settlementsLost: ({ faults }, random) => void (faults.lostSettlements += 1 + random.below(2)),
  acceptedThenDropped: ({ faults }) => void (faults.dropsAfterAccept += 1),
  busy: ({ faults }) => void (faults.busySends += 1),
  attachRefused: ({ faults }) => void (faults.refusedAttaches += 1),
  slow: ({ faults }, random) => void (faults.delayMs = random.below(8)),
  linksDetached: ({ faults }) => faults.detachLinks(),
  locksLost: ({ faults }) => faults.loseLocks(),
  connectionsDropped: ({ faults }) => faults.dropConnections(),
};

const startBroker = async (duplicateWindowMs: number): Promise<ServiceBusBroker> => {
  const broker = await startServiceBusBroker();
  broker.ensureTopic(TOPIC, { duplicateWindowMs });
  broker.ensureSubscription(TOPIC, SUBSCRIPTION, {
    requiresSession: true,
    maxDeliveryCount: 1_000,
    lockDurationMs: 2_000,
  });
  return broker;
};

const startPump = (
  { connectionString }: ServiceBusBroker,
  handler: (invocation: Invocation) => unknown,
): { readonly drain: () => Promise<void> } => {
  const host = new TriggerContext();
  const fn = triggeredFunction('subscriber', { type: 'serviceBusTrigger' }, handler);
  const trigger = {
    fn,
    connection: 'ServiceBus',
    topic: TOPIC,
    subscription: SUBSCRIPTION,
    requiresSession: true,
    isBatch: false,
    maxBatchSize: 1,
    maxConcurrency: 3,
    maxLockRenewalMs: 60_000,
    sessionIdleMs: 20,
  };
  const open = () =>
    new ServiceBusClient(connectionString, { retryOptions: { maxRetries: 0, timeoutInMs: 1_000 } });
  const pump = new NamespacePump(trigger, open, host.for([fn]), { openMs: 1_500, settleMs: 300 });
  pump.start();
  return {
    drain: async () => {
      await before(10_000, 'the pump to drain', pump.drain());
      await host.close();
    },
  };
};

/** Again until it is there, as the relay does. */
const publishUntilTaken = async (
  bus: EventBus,
  events: readonly CausewayEvent[],
  givenUp: AbortSignal,
): Promise<void> => {
  for (;;) {
    try {
      return await bus.publish(events);
    } catch (error) {
      if (!(error instanceof Error) || givenUp.aborted) throw error;
    }
  }
};

/** A subscriber that remembers ids, as those of the application do, and fails before or after its effect now and then. */
class Subscriber {
  readonly effects: CausewayEvent[] = [];
  readonly #remembered = new Set<string>();
  deliveries = 0;

  constructor(
    private readonly random: SeededRandom,
    private readonly mischief: (oneIn: number) => void,
  ) {}

  handle = async ({ triggerData }: Invocation): Promise<void> => {
    this.deliveries += 1;
    const got = CausewayEvent.parse(triggerData);
    this.mischief(12);
    if (this.random.below(15) === 0) throw new Error('not now');
    if (!this.#remembered.has(got.id)) this.effects.push(got);
    this.#remembered.add(got.id);
    await Promise.resolve();
    if (this.random.below(15) === 0) throw new Error('done, but nobody will know');
  };
}

interface Outcome {
  readonly deliveries: number;
  readonly faults: readonly string[];
}

const run = async (seed: number): Promise<Outcome> => {
  const random = seededRandom(seed);
  // Half of the seeds: no window, so that what is published again is delivered again too.
  const broker = await startBroker(random.below(2) * 60_000);
  const faults: string[] = [];
  const mischief = (oneIn: number): void => {
    if (faults.length === FAULTS || random.below(oneIn) > 0) return;
    const name = random.pick(Object.keys(FAULTY));
    faults.push(name);
    FAULTY[name]?.(broker, random);
  };
  const subscriber = new Subscriber(random, mischief);
  const { connectionString } = broker;
  const bus = openServiceBusEventBus({ connectionString, claimChecks: memoryClaimChecks(), answerMs: 300 });
  const pump = startPump(broker, subscriber.handle);
  const late = AbortSignal.timeout(LIMIT_MS);
  try {
    for (let from = 0; from < EVENTS;) {
      const size = 1 + random.below(12);
      mischief(4);
      const batch = sent.slice(from, from + size);
      await before(
        LIMIT_MS,
        `seed ${seed}: events from ${from} to be taken`,
        publishUntilTaken(bus, batch, late),
      );
      from += size;
    }
    const isEmpty = () =>
      subscriber.effects.length >= EVENTS && broker.count(TOPIC, SUBSCRIPTION).active === 0;
    await before(LIMIT_MS, `seed ${seed}: the subscription to be empty after ${faults.join(', ')}`, isEmpty);
  } finally {
    await pump.drain();
    await before(10_000, `seed ${seed}: the publisher to close`, bus.close());
    await broker.stop();
  }
  expect({ seed, effects: bySession(subscriber.effects) }).toEqual({ seed, effects: bySession(sent) });
  expect({ seed, ...broker.count(TOPIC, SUBSCRIPTION) }).toEqual({ seed, active: 0, deadLetters: 0 });
  return { deliveries: subscriber.deliveries, faults };
};

/** For an answer that went down with its connection the SDK waits a minute, which must not keep the process from ending. */
const letTheProcessEnd = (): void => {
  const { setTimeout: original } = globalThis;
  jest.spyOn(globalThis, 'setTimeout').mockImplementation((work, ms, ...given) => {
    const timer = original(work, ms, ...given);
    return (ms ?? 0) < 60_000 ? timer : timer.unref();
  });
};

describe('between a publisher and a subscriber that remembers ids', () => {
  // The same few in every run of the tests; others are asked for.
  const seed = process.env['FAULT_SEED'] === undefined ? 1 : seedOfThisRun();
  beforeAll(letTheProcessEnd);
  afterAll(() => void jest.restoreAllMocks());

  it(
    `no event is lost or invented, each session keeps its order and every effect happens once, whatever breaks (FAULT_SEED=${seed})`,
    async () => {
      const seeds = Array.from({ length: SEEDS }, (_, n) => seed + n).values();
      const outcomes: Outcome[] = [];
      const runAll = async (): Promise<void> => {
        for (const each of seeds) outcomes.push(await run(each));
      };
      await Promise.all(Array.from({ length: AT_ONE_TIME }, runAll));
      expect(outcomes).toHaveLength(SEEDS);
      const deliveries = outcomes.reduce((sum, outcome) => sum + outcome.deliveries, 0);
      // Faults that redeliver nothing would prove nothing.
      expect(deliveries).toBeGreaterThan(SEEDS * EVENTS);
      if (SEEDS > 100)
        expect(new Set(outcomes.flatMap(({ faults }) => faults))).toEqual(new Set(Object.keys(FAULTY)));
    },
    60_000 + SEEDS * 30_000,
  );

  it('a host drains though the answer to a settlement went down with its connection', async () => {
    const broker = await startBroker(0);
    const bus = openServiceBusEventBus({
      connectionString: broker.connectionString,
      claimChecks: memoryClaimChecks(),
    });
    const handled = Promise.withResolvers<void>();
    const pump = startPump(broker, () => {
      // Seen by the SDK only after it has sent the outcome.
      broker.faults.dropConnections();
      handled.resolve();
    });
    try {
      await before(10_000, 'the event to be published', bus.publish([event(1)]));
      await before(10_000, 'the event to be handled', handled.promise);
    } finally {
      await pump.drain();
      await bus.close();
      await broker.stop();
    }
  });
});
