import { join } from 'node:path';
import { SqliteBus } from '../../shared/adapters/sqlite/sqlite-bus';
import type { CreateListener, ListenerContext } from '../function-app';
import { readSettings, readTrigger, type SubscriptionTrigger } from './service-bus-options';
import { SubscriptionPump } from './service-bus-pump';
import { functionsTriggeredBy } from './trigger-binding';

/**
 * Drives `serviceBusTrigger` functions from the bus in `bus.db`. Subscriptions exist as soon as this returns, so that nothing
 * published while the host starts is missed.
 */
export const createServiceBusListener: CreateListener = (context) => {
  const settings = readSettings(context.hostJson);
  const triggers = functionsTriggeredBy('serviceBusTrigger', context.functions).map((fn) =>
    readTrigger(fn, settings, context.settings),
  );
  if (triggers.length === 0) return { start: async () => undefined, drain: async () => undefined };

  const bus = openBus(triggers, context);
  const pumps = triggers.map((trigger) => new SubscriptionPump(trigger, bus, context));
  let drained: Promise<void> | null = null;
  const drain = async (): Promise<void> => {
    await Promise.all(pumps.map((pump) => pump.drain()));
    bus.close();
  };
  return {
    start: async () => {
      for (const pump of pumps) pump.start();
    },
    drain: () => (drained ??= drain()),
  };
};

const openBus = (triggers: readonly SubscriptionTrigger[], context: ListenerContext): SqliteBus => {
  const bus = new SqliteBus({ path: join(context.dataDir, 'bus.db'), now: () => context.clock.now() });
  try {
    for (const { topic, subscription, requiresSession } of triggers) {
      bus.ensureSubscription(topic, subscription, { requiresSession });
    }
    const released = bus.releaseAllLocks();
    if (released > 0)
      context.log('info', `${released} messages were under way when the host stopped; delivered again`);
    warnOfUnread(bus, triggers, context);
    return bus;
  } catch (error) {
    bus.close();
    throw error;
  }
};

/** A subscription outlives the function that read it, and goes on collecting. */
const warnOfUnread = (
  bus: SqliteBus,
  triggers: readonly SubscriptionTrigger[],
  { log }: ListenerContext,
): void => {
  for (const { topic, name, activeMessages } of bus.subscriptions()) {
    if (triggers.some((each) => each.topic === topic && each.subscription === name)) continue;
    log(
      'warn',
      `No function reads the subscription ${topic}/${name}, which holds ${activeMessages} messages`,
    );
  }
};
