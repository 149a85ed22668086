import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { ServiceBusClient } from '@azure/service-bus';
import type { Invocation } from '../../../host/function-app';
import { NamespacePump } from '../../../host/triggers/service-bus-namespace-pump';
import { openServiceBusEventBus } from '../../../shared/adapters/service-bus/service-bus-event-bus';
import { CausewayEvent } from '../../../shared/contracts/event';
import type { EventBus } from '../../../shared/ports/event-bus';
import { seededRandom, type SeededRandom } from '../../faults/seeded-random';
import { before } from '../before';
import { memoryClaimChecks } from '../memory-claim-checks';
import { triggeredFunction, TriggerContext } from '../trigger-context';
import { startServiceBusBroker, type ServiceBusBroker } from './broker';

const TOPIC = 'migration-events';
const SUBSCRIPTION = 'faulty';
/** Generous, so that a busy machine is not taken for a fault. */
const LIMIT_MS = 120_000;
const ANSWER_MS = 1_000;
const PUMP_LIMITS = { openMs: 3_000, settleMs: 2_000, longestPauseMs: 2_000 };
const FAULTS = 12;
const EVENTS = 60;
const SESSIONS = 4;

/** What may go wrong, by name, at a moment that the seed chooses. */
export const FAULTY: Readonly<Record<string, (broker: ServiceBusBroker, random: SeededRandom) => void>> = {
  settlementsLost: ({ faults }, random) => void (faults.lostSettlements += 1 + random.below(2)),
  acceptedThenDropped: ({ faults }) => void (faults.dropsAfterAccept += 1),
  busy: ({ faults }) => void (faults.busySends += 1),
  attachRefused: ({ faults }) => void (faults.refusedAttaches += 1),
  slow: ({ faults }, random) => void (faults.delayMs = random.below(8)),
  linksDetached: ({ faults }) => faults.detachLinks(),
  locksLost: ({ faults }) => faults.loseLocks(),
  connectionsDropped: ({ faults }) => faults.dropConnections(),
};

export interface Outcome {
  readonly seed: number;
  readonly deliveries: number;
  readonly faults: readonly string[];
  /** What of the promises did not hold; none where all did. */
  readonly broken: readonly string[];
}

const sent = Array.from({ length: EVENTS }, (_, n): CausewayEvent => ({
  specversion: '1.0',
  id: `event-${n + 1}`,
  source: '/causeway',
  type: 'cutover.stage-ended',
  subject: `cutover:c${n % SESSIONS}`,
  time: '2026-11-21T00:00:00.000Z',
  datacontenttype: 'application/json',
  sequence: n + 1,
  data: { stage: 'freeze', note: 'Übergabe ✓' },
}));
const bySession = (events: readonly CausewayEvent[]) =>
  Object.groupBy(events, ({ subject }) => subject ?? 'none');

export const startFaultyBroker = async (duplicateWindowMs: number): Promise<ServiceBusBroker> => {
  const broker = await startServiceBusBroker();
  broker.ensureTopic(TOPIC, { duplicateWindowMs });
  const options = { requiresSession: true, maxDeliveryCount: 1_000, lockDurationMs: 2_000 };
  broker.ensureSubscription(TOPIC, SUBSCRIPTION, options);
  return broker;
};

/** The host's pump between the broker and one handler. */
export const startFaultyPump = (
  { connectionString }: Pick<ServiceBusBroker, 'connectionString'>,
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
    isBinary: false,
    autoComplete: true,
    maxBatchSize: 1,
    maxConcurrency: 3,
    maxLockRenewalMs: 60_000,
    sessionIdleMs: 20,
  };
  const open = () =>
    new ServiceBusClient(connectionString, { retryOptions: { maxRetries: 0, timeoutInMs: 1_000 } });
  const pump = new NamespacePump(trigger, open, host.for([fn]), PUMP_LIMITS);
  pump.start();
  return {
    drain: async () => {
      await before(20_000, 'the pump to drain', pump.drain());
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

/** A subscriber that remembers ids, as those of the application do, takes its time, and fails before or after its effect now and then. */
class Subscriber {
  readonly effects: CausewayEvent[] = [];
  readonly broken: string[] = [];
  readonly #remembered = new Set<string>();
  readonly #inHand = new Set<string>();
  deliveries = 0;

  constructor(
    private readonly random: SeededRandom,
    private readonly mischief: (oneIn: number) => void,
  ) {}

  handle = async ({ triggerData }: Invocation): Promise<void> => {
    this.deliveries += 1;
    const got = CausewayEvent.parse(triggerData);
    if (this.#inHand.has(got.subject)) this.broken.push(`two handlers at ${got.subject} at one time`);
    this.#inHand.add(got.subject);
    try {
      await this.#work(got);
    } finally {
      this.#inHand.delete(got.subject);
    }
  };

  async #work(got: CausewayEvent): Promise<void> {
    this.mischief(12);
    if (this.random.below(15) === 0) throw new Error('not now');
    // Some outlast a reconnection.
    await sleep(this.random.below(10) === 0 ? this.random.below(1_000) : this.random.below(5));
    if (!this.#remembered.has(got.id)) this.effects.push(got);
    this.#remembered.add(got.id);
    if (this.random.below(15) === 0) throw new Error('done, but nobody will know');
  }
}

/** Publishes sixty events in four sessions over a broker that the seed breaks, and hears them through the host's pump. */
export const runFaulty = async (seed: number): Promise<Outcome> => {
  const random = seededRandom(seed);
  // Half of the seeds: no window, so that what is published again is delivered again too.
  const broker = await startFaultyBroker(random.below(2) * 60_000);
  const faults: string[] = [];
  const mischief = (oneIn: number): void => {
    if (faults.length === FAULTS || random.below(oneIn) > 0) return;
    const name = random.pick(Object.keys(FAULTY));
    faults.push(name);
    FAULTY[name]?.(broker, random);
  };
  const subscriber = new Subscriber(random, mischief);
  const { connectionString } = broker;
  const bus = openServiceBusEventBus({
    connectionString,
    claimChecks: memoryClaimChecks(),
    answerMs: ANSWER_MS,
  });
  const pump = startFaultyPump(broker, subscriber.handle);
  try {
    await publishAll(bus, random, mischief);
    const isEmpty = () =>
      subscriber.effects.length >= EVENTS && broker.count(TOPIC, SUBSCRIPTION).active === 0;
    await before(LIMIT_MS, `seed ${seed}: an empty subscription after ${faults.join(', ')}`, isEmpty);
  } finally {
    await pump.drain();
    await before(10_000, `seed ${seed}: the publisher to close`, bus.close());
    await broker.stop();
  }
  const broken = [...subscriber.broken];
  if (!isDeepStrictEqual(bySession(subscriber.effects), bySession(sent)))
    broken.push(`effects: ${subscriber.effects.map(({ id }) => id).join(' ')}`);
  const { active, deadLetters } = broker.count(TOPIC, SUBSCRIPTION);
  if (active + deadLetters > 0) broken.push(`left: ${active}, dead letters: ${deadLetters}`);
  return { seed, deliveries: subscriber.deliveries, faults, broken };
};

const publishAll = async (
  bus: EventBus,
  random: SeededRandom,
  mischief: (oneIn: number) => void,
): Promise<void> => {
  const late = AbortSignal.timeout(LIMIT_MS);
  for (let from = 0; from < EVENTS;) {
    const size = 1 + random.below(12);
    mischief(4);
    const batch = sent.slice(from, from + size);
    await before(LIMIT_MS, `events from ${from} to be taken`, publishUntilTaken(bus, batch, late));
    from += size;
  }
};
