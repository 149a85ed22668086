// A message broker that the real @azure/service-bus talks to in real AMQP 1.0 frames over a real socket: tokens put to $cbs,
// topics with subscriptions, filters and duplicate detection, peek locks, sessions, dead letters, $management.
//
// It does not prove: TLS and web sockets; that Entra ID accepts an identity (of a JSON web token it sees the form only); Azure's
// quotas, throttling, latency and order of free sessions; deferred and scheduled messages, transactions, session state, rules
// changed at run time, partitioned entities, receive-and-delete; correlation filters, SQL filters beyond one IN; that a dead letter
// keeps its sequence number; what a failover does to locks.
import type { AddressInfo, Server, Socket } from 'node:net';
import { create_container, type Connection, type EventContext, type Receiver } from 'rhea';
import { BrokerConnection } from './broker-connection';
import { NO_JOURNAL, SqliteTopicJournal } from './broker-file';
import { QUEUE } from './entity-address';
import { Faults } from './faults';
import { answerAttachesLater, type ServerSender, type ServerSession } from './rhea-server';
import { KEY_NAME } from './security-tokens';
import { Topic, type Subscription, type SubscriptionOptions } from './topic';
import subscriptions from '../../../infra/service-bus-subscriptions.json';

const EXPIRY_CHECK_MS = 20;
const DUPLICATE_WINDOW_MS = 10 * 60_000;
/** Any will do, as long as both sides know it. */
const KEY = Buffer.from('a key of the stand-in alone').toString('base64');

export interface BrokerOptions {
  /** Any free one where absent. */
  readonly port?: number;
  /** SQLite file that keeps messages over a restart. */
  readonly dataFile?: string;
}

export interface ServiceBusBroker {
  /** For `ServiceBusClient`, or the app setting `ServiceBus`. */
  readonly connectionString: string;
  readonly port: number;
  readonly faults: Faults;
  ensureTopic(name: string, options?: { readonly duplicateWindowMs: number }): void;
  ensureSubscription(topic: string, name: string, options?: Partial<SubscriptionOptions>): void;
  ensureQueue(name: string, options?: Partial<SubscriptionOptions>): void;
  /** Messages a subscription still holds, dead letters apart. */
  count(topic: string, subscription: string): { readonly active: number; readonly deadLetters: number };
  /** How often locks of a subscription or its sessions were renewed. */
  renewals(topic: string, subscription: string): number;
  /** Lets that much time pass for locks and the duplicate window. */
  elapse(ms: number): void;
  stop(): Promise<void>;
}

/** The topology of the application: what the template creates. */
const declareDefaults = (broker: ServiceBusBroker): void => {
  broker.ensureTopic('migration-events');
  for (const { name, eventTypes, ...options } of subscriptions) {
    const filter = `cloudEvents_type IN ('${eventTypes.join("','")}')`;
    broker.ensureSubscription('migration-events', name, { ...options, filter });
  }
};

/** Starts on the loopback address. The topic `migration-events` with its subscriptions is there from the start. */
export const startServiceBusBroker = async (options: BrokerOptions = {}): Promise<ServiceBusBroker> => {
  const journal = options.dataFile === undefined ? NO_JOURNAL : new SqliteTopicJournal(options.dataFile);
  const topics = new Map<string, Topic>();
  const connections = new Map<Connection, BrokerConnection>();
  let aheadMs = 0;
  const now = (): number => Date.now() + aheadMs;
  const queues = () =>
    [...topics.values()].flatMap((topic) =>
      [...topic.subscriptions.values()].flatMap(({ queue, deadLetters }) => [queue, deadLetters]),
    );
  const subscriptionOf = (topic: string, name: string): Subscription => {
    const found = topics.get(topic.toLowerCase())?.subscriptions.get(name.toLowerCase());
    if (found === undefined) throw new Error(`there is no subscription ${topic}/${name}`);
    return found;
  };
  const faults = new Faults(
    () => connections.forEach((connection) => connection.drop()),
    () => connections.forEach((connection) => connection.detachLinks()),
    () => queues().forEach((queue) => queue.expire(true)),
  );
  const server = await listen({ topics, faults, key: KEY }, connections, options.port ?? 0);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const timer = setInterval(() => queues().forEach((queue) => queue.expire()), EXPIRY_CHECK_MS);
  const { port } = server.address() as AddressInfo;

  const broker: ServiceBusBroker = {
    connectionString: `Endpoint=sb://127.0.0.1:${port};SharedAccessKeyName=${KEY_NAME};SharedAccessKey=${KEY};UseDevelopmentEmulator=true`,
    port,
    faults,
    ensureTopic: (name, { duplicateWindowMs } = { duplicateWindowMs: DUPLICATE_WINDOW_MS }) => {
      const existing = topics.get(name.toLowerCase());
      if (existing !== undefined) existing.duplicateWindowMs = duplicateWindowMs;
      else topics.set(name.toLowerCase(), new Topic(name, duplicateWindowMs, now, journal));
    },
    ensureSubscription: (topic, name, subscription) => {
      const found = topics.get(topic.toLowerCase());
      if (found === undefined) throw new Error(`there is no topic ${topic}`);
      found.ensureSubscription(name, subscription);
    },
    ensureQueue: (name, options) => {
      broker.ensureTopic(name);
      broker.ensureSubscription(name, QUEUE, options);
    },
    count: (topic, name) => {
      const { queue, deadLetters } = subscriptionOf(topic, name);
      return { active: queue.size, deadLetters: deadLetters.size };
    },
    renewals: (topic, name) => subscriptionOf(topic, name).queue.renewals,
    elapse: (ms) => {
      aheadMs += ms;
      queues().forEach((queue) => queue.expire());
    },
    stop: async () => {
      clearInterval(timer);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const connection of connections.values()) connection.drop();
      // Also those that have said nothing yet.
      for (const socket of sockets) socket.destroy();
      await closed;
      journal.close();
    },
  };
  declareDefaults(broker);
  return broker;
};

type State = ConstructorParameters<typeof BrokerConnection>[1];

const listen = async (
  state: State,
  connections: Map<Connection, BrokerConnection>,
  port: number,
): Promise<Server> => {
  const container = create_container({ id: 'service-bus-stand-in' });
  container.sasl_server_mechanisms.enable_anonymous();
  const on = (event: string, handle: (peer: BrokerConnection, context: EventContext) => void): void => {
    container.on(event, (context: EventContext) => {
      const peer = connections.get(context.connection);
      if (peer !== undefined) handle(peer, context);
    });
  };
  container.on('connection_open', ({ connection }: EventContext) => {
    connections.set(connection, new BrokerConnection(connection, state));
  });
  for (const event of ['connection_close', 'disconnected'])
    on(event, (peer, { connection }) => {
      peer.onClose();
      connections.delete(connection);
    });
  container.on('session_open', ({ session }: EventContext) => answerAttachesLater(session as ServerSession));
  on('sender_open', (peer, { sender }) => peer.onSenderOpen(sender as ServerSender));
  on('receiver_open', (peer, { receiver }) => peer.onReceiverOpen(receiver as Receiver));
  on('sender_flow', (peer, { sender }) => peer.onFlow(sender as ServerSender));
  on('sender_draining', (peer, { sender }) => peer.onDrain(sender as ServerSender));
  on('sender_close', (peer, { sender }) => peer.onSenderClose(sender as ServerSender));
  on('session_close', (peer, { session }) => peer.onSessionClose(session as ServerSession));
  on('message', (peer, context) => peer.onMessage(context));
  for (const outcome of ['accepted', 'rejected', 'modified', 'released'])
    on(outcome, (peer, context) => peer.onOutcome(context));
  // Dropped connections are part of the game; what else goes wrong shows in the client under test.
  for (const event of [
    'connection_error',
    'protocol_error',
    'error',
    'receiver_error',
    'sender_error',
    'session_error',
    'receiver_close',
  ])
    container.on(event, () => undefined);

  const server = container.listen({
    host: '127.0.0.1',
    port,
    receiver_options: { autoaccept: false, autosettle: false, credit_window: 1000 },
    sender_options: { treat_modified_as_released: false },
  } as never);
  await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject));
  return server;
};
