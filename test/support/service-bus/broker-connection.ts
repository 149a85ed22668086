import { types, type Connection, type EventContext, type Receiver } from 'rhea';
import { readTransfer } from './amqp-message';
import type { AmqpMessage } from './received-message';
import { ACCEPTED, ConsumerLink, rejected } from './consumer-link';
import { findEntity } from './entity-address';
import type { Faults } from './faults';
import { manage, type ManagementAnswer } from './management';
import type { MessageQueue, SessionLock } from './message-queue';
import { settleDelivery, type ServerSender, type ServerSession } from './rhea-server';
import { SecurityTokens } from './security-tokens';
import type { Topic } from './topic';

const CBS = '$cbs';
const SESSION_FILTER = 'com.microsoft:session-filter';
const MAX_MESSAGE_BYTES = 256 * 1024;
const TICKS_AT_EPOCH = 621_355_968_000_000_000n;
const DEFAULT_ACCEPT_MS = 60_000;

export interface BrokerState {
  readonly topics: ReadonlyMap<string, Topic>;
  readonly faults: Faults;
  readonly key: string;
}

/** One peer: its tokens, its links, and what it waits for. */
export class BrokerConnection {
  readonly #tokens: SecurityTokens;
  readonly #consumers = new Map<ServerSender, ConsumerLink>();
  readonly #replies = new Map<string, ServerSender>();
  readonly #waiting = new Map<ServerSender, () => void>();
  #isClosed = false;

  constructor(
    private readonly connection: Connection,
    private readonly state: BrokerState,
  ) {
    this.#tokens = new SecurityTokens(state.key);
  }

  /** The peer wants to receive. */
  onSenderOpen(link: ServerSender): void {
    const address = String(link.source.address ?? '');
    const filter = (link.source.filter ?? {}) as Readonly<Record<string, unknown>>;
    link.set_source({ address, filter: filter as never });
    if (address === CBS || address.endsWith('/$management')) {
      this.#replies.set(String(link.target?.address ?? link.name), link);
      if (address === CBS || this.#admits(link, address)) link.attach();
      return;
    }
    if (!this.#admits(link, address)) return;
    const entity = findEntity(this.state.topics, address, 'receive');
    if (entity?.kind !== 'queue')
      refuse(link, 'amqp:not-found', `The messaging entity '${address}' could not be found.`);
    else if (SESSION_FILTER in filter && !entity.queue.options.requiresSession)
      refuse(
        link,
        'amqp:not-allowed',
        'A sessionful message receiver cannot be created on an entity that does not require sessions.',
      );
    else if (SESSION_FILTER in filter)
      this.#acceptSession(link, entity.queue, address, filter[SESSION_FILTER]);
    else if (entity.queue.options.requiresSession)
      refuse(
        link,
        'amqp:not-allowed',
        'It is not possible for an entity that requires sessions to create a non-sessionful message receiver.',
      );
    else this.#consume(link, entity.queue, null);
  }

  /** The peer wants to send. */
  onReceiverOpen(link: Receiver): void {
    const address = String(link.target.address ?? '');
    link.set_target({ address });
    (link as unknown as ServerSender).local.attach.max_message_size = MAX_MESSAGE_BYTES;
    if (address === CBS) return;
    if (this.#admits(link, address) && findEntity(this.state.topics, address, 'send') === null)
      refuse(link, 'amqp:not-found', `The messaging entity '${address}' could not be found.`);
  }

  onMessage({ receiver, message, delivery }: EventContext): void {
    if (receiver === undefined || delivery === undefined || message === undefined) return;
    const address = String(receiver.target.address ?? '');
    this.#later(() => {
      if (address === CBS) this.#putToken(message as AmqpMessage);
      else if (address.endsWith('/$management')) this.#manage(address, message as AmqpMessage);
      else return this.#store(address, message as never, delivery);
      settleDelivery(delivery, ACCEPTED());
    });
  }

  onOutcome({ sender, delivery }: EventContext): void {
    const consumer = this.#consumers.get(sender as ServerSender);
    if (consumer !== undefined && delivery !== undefined) this.#later(() => consumer.settle(delivery));
  }

  onFlow(link: ServerSender): void {
    this.#consumers.get(link)?.pump();
  }

  onDrain(link: ServerSender): void {
    this.#consumers.get(link)?.drain();
  }

  onSenderClose(link: ServerSender): void {
    this.#waiting.get(link)?.();
    this.#waiting.delete(link);
    this.#consumers.get(link)?.close();
    this.#consumers.delete(link);
  }

  /** A peer that ends an AMQP session need not detach its links first. */
  onSessionClose(session: ServerSession): void {
    for (const link of [...this.#waiting.keys(), ...this.#consumers.keys()])
      if (link.session === session) this.onSenderClose(link);
  }

  /** All but those to $cbs, which Service Bus leaves alone. */
  detachLinks(): void {
    const error = {
      condition: 'amqp:link:detach-forced',
      description: 'The link was detached by the service.',
    };
    const isToCbs = ({ source, target }: Receiver): boolean =>
      [source?.address, target?.address].includes(CBS);
    for (const link of linksOf(this.connection)) if (!isToCbs(link)) link.close(error);
  }

  onClose(): void {
    this.#isClosed = true;
    for (const link of [...this.#waiting.keys(), ...this.#consumers.keys()]) this.onSenderClose(link);
  }

  /** With an error, since rhea overlooks a socket that merely closes, and would keep its timers. */
  drop(): void {
    const { socket } = this.connection as unknown as { readonly socket: { destroy(error: Error): void } };
    this.onClose();
    socket.destroy(new Error('dropped by a test'));
  }

  #later(work: () => void): void {
    const { delayMs } = this.state.faults;
    if (delayMs === 0) work();
    else setTimeout(() => !this.#isClosed && work(), delayMs);
  }

  #admits(link: ServerSender | Receiver, address: string): boolean {
    if (this.state.faults.takesAttach()) refuse(link, 'com.microsoft:server-busy', 'The server is busy.');
    else if (!this.#tokens.covers(address))
      refuse(link, 'amqp:unauthorized-access', `No token was put for ${address}.`);
    else return true;
    return false;
  }

  #consume(link: ServerSender, queue: MessageQueue, session: SessionLock | null): void {
    this.#consumers.set(link, new ConsumerLink(link, queue, session, this.state.faults));
    link.attach();
  }

  /** Waits for a free session as long as the peer asks, then attaches without one and says so, as Service Bus does. */
  #acceptSession(link: ServerSender, queue: MessageQueue, address: string, wanted: unknown): void {
    const name = typeof wanted === 'string' ? wanted : null;
    const tryAgain = (): boolean => {
      const session = queue.acceptSession(name, link);
      if (session === null) return false;
      link.set_source({ address, filter: { [SESSION_FILTER]: session.sessionId } as never });
      link.local.attach.properties = { 'com.microsoft:locked-until-utc': ticksOf(session.untilMs) };
      this.#consume(link, queue, session);
      return true;
    };
    if (tryAgain()) return;
    if (name !== null) {
      refuse(
        link,
        'com.microsoft:session-cannot-be-locked',
        `The requested session '${name}' cannot be accepted.`,
      );
      return;
    }
    const stop = queue.onReady(() => {
      if (tryAgain()) end();
    });
    const timer = setTimeout(() => {
      end();
      refuse(link, 'com.microsoft:timeout', 'No session became available within the time asked for.');
    }, timeoutOf(link));
    const end = (): void => {
      stop();
      clearTimeout(timer);
      this.#waiting.delete(link);
    };
    this.#waiting.set(link, () => {
      end();
      link.attach();
    });
  }

  #store(
    address: string,
    transfer: Buffer | AmqpMessage,
    delivery: NonNullable<EventContext['delivery']>,
  ): void {
    const { faults } = this.state;
    const entity = findEntity(this.state.topics, address, 'send');
    if (entity?.kind !== 'topic') throw new Error(`a message to ${address}, which takes none`);
    if (faults.takesBusySend()) {
      settleDelivery(
        delivery,
        rejected('com.microsoft:server-busy', 'The server is busy. Wait and try again.'),
      );
      return;
    }
    entity.topic.publish(readTransfer(transfer, delivery.format ?? 0));
    if (faults.takesDropAfterAccept()) this.drop();
    else settleDelivery(delivery, ACCEPTED());
  }

  #putToken(request: AmqpMessage): void {
    const refusal = this.#tokens.put(request);
    this.#reply(request, {
      'status-code': refusal === null ? 202 : 401,
      'status-description': refusal ?? 'Accepted',
      ...(refusal !== null && { 'error-condition': 'amqp:unauthorized-access' }),
    });
  }

  #manage(address: string, request: AmqpMessage): void {
    const entity = findEntity(this.state.topics, address, 'receive');
    const answer: ManagementAnswer =
      entity?.kind === 'queue'
        ? manage(entity.queue, request)
        : { statusCode: 404, condition: 'amqp:not-found' };
    const properties = {
      statusCode: answer.statusCode,
      statusDescription: answer.description ?? '',
      ...(answer.condition !== undefined && { errorCondition: answer.condition }),
    };
    this.#reply(request, properties, answer.body ?? {});
  }

  #reply(request: AmqpMessage, properties: object, body: object = {}): void {
    const link = this.#replies.get(String((request as { reply_to?: string }).reply_to));
    if (link?.is_open() !== true) return;
    link.send({ correlation_id: request.message_id, application_properties: properties, body } as never);
  }
}

const refuse = (link: ServerSender | Receiver, condition: string, description: string): void => {
  link.attach();
  link.close({ condition, description });
};

/** rhea's typings keep a connection's sessions and their links to themselves. */
const linksOf = (connection: Connection): readonly Receiver[] => {
  const { local_channel_map: sessions } = connection as unknown as {
    readonly local_channel_map: Readonly<
      Record<string, { readonly links: Readonly<Record<string, Receiver>> }>
    >;
  };
  return Object.values(sessions).flatMap(({ links }) => Object.values(links));
};

const timeoutOf = (link: ServerSender): number => {
  const asked: unknown = (link.properties as Readonly<Record<string, unknown>> | undefined)?.[
    'com.microsoft:timeout'
  ];
  return typeof asked === 'number' ? asked : DEFAULT_ACCEPT_MS;
};

const ticksOf = (ms: number): unknown => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(Math.round(ms)) * 10_000n + TICKS_AT_EPOCH);
  return types.wrap_long(bytes);
};
