import { join } from 'node:path';
import { SqliteBus } from '../../shared/adapters/sqlite/sqlite-bus';
import { azureSdkModules } from '../azure-sdk-modules';
import type { CreateListener, ListenerContext } from '../function-app';
import { HostError } from '../host-error';
import { isConfigured } from '../service-connection';
import { readSettings, readTrigger, type SubscriptionTrigger } from './service-bus-options';
import { SubscriptionPump } from './service-bus-pump';
import { functionsTriggeredBy } from './trigger-binding';

/**
 * Drives `serviceBusTrigger` functions: from a namespace over AMQP where the app settings of its connection name one, else from
 * the bus in `bus.db`, whose subscriptions exist as soon as this returns, so that nothing published while the host starts is missed.
 */
export const createServiceBusListener: CreateListener = (context) => {
  const settings = readSettings(context.hostJson);
  const triggers = functionsTriggeredBy('serviceBusTrigger', context.functions).map((fn) =>
    readTrigger(fn, settings),
  );
  const local: SubscriptionTrigger[] = [];
  const listeners: Source[] = [];
  for (const trigger of triggers) {
    if (isConfigured(trigger.connection, 'fullyQualifiedNamespace', context.settings))
      listeners.push(fromNamespace(trigger, context));
    else local.push(trigger);
  }
  if (local.length > 0) listeners.push(fromFile(local, context));
  let drained: Promise<unknown> | null = null;
  return {
    start: async () => {
      for (const listener of listeners) listener.start();
    },
    drain: async () => {
      await (drained ??= Promise.all(listeners.map((listener) => listener.drain())));
    },
  };
};

interface Source {
  start(): void;
  drain(): Promise<void>;
}

/** A connection for each function: a slow one does not hold up the others' frames. */
const fromNamespace = (trigger: SubscriptionTrigger, context: ListenerContext): Source => {
  const { openNamespace } = azureSdkModules.namespace;
  const { NamespacePump } = azureSdkModules.namespacePump;
  return new NamespacePump(trigger, () => openNamespace(trigger.connection, context.settings), context);
};

const fromFile = (triggers: readonly SubscriptionTrigger[], context: ListenerContext): Source => {
  triggers.forEach(refuseDeadLetters);
  const bus = openBus(triggers, context);
  const pumps = triggers.map((trigger) => new SubscriptionPump(trigger, bus, context));
  return {
    start: () => pumps.forEach((pump) => pump.start()),
    drain: async () => {
      await Promise.all(pumps.map((pump) => pump.drain()));
      bus.close();
    },
  };
};

const DEAD_LETTERS = /\/\$deadletterqueue$/i;

const refuseDeadLetters = ({ fn, topic, subscription }: SubscriptionTrigger): void => {
  if (!DEAD_LETTERS.test(topic) && !DEAD_LETTERS.test(subscription)) return;
  throw new HostError(
    'app-invalid',
    `Function "${fn.name}": dead letters can be read from a namespace, but not from the bus of this machine.`,
  );
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
