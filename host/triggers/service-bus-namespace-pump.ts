import { setTimeout as sleep } from 'node:timers/promises';
import {
  isServiceBusError,
  type ServiceBusClient,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
} from '@azure/service-bus';
import type { ListenerContext } from '../function-app';
import { answerWithin, NoAnswer } from './answer-within';
import { describe } from './retry-policy';
import { invocationOf } from './service-bus-metadata';
import { toReceived, type OpenNamespace } from './service-bus-namespace';
import { QUEUE_SUBSCRIPTION, type SubscriptionTrigger } from './service-bus-options';

const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 30_000;
const RECEIVE_WAIT_MS = 20_000;
const CLOSE_LIMIT_MS = 2_000;

export interface AnswerLimits {
  /** For a receiver, which a namespace answers only when there is a session for it. */
  readonly openMs: number;
  /** For a settlement or a close, of which the SDK waits for a minute even where the connection is gone. */
  readonly settleMs: number;
}

/** The first is longer than a namespace lets wait for a session, the second shorter than a host may take to drain. */
const LIMITS: AnswerLimits = { openMs: 35_000, settleMs: 10_000 };
/** What says nothing against the connection: other receivers of it go on. */
const OF_ONE_LINK: readonly string[] = [
  'MessageLockLost',
  'MessagingEntityDisabled',
  'MessagingEntityNotFound',
  'ServiceBusy',
  'SessionCannotBeLocked',
  'SessionLockLost',
  'UnauthorizedAccess',
];

interface Connection {
  readonly client: ServiceBusClient;
  readonly givenUp: AbortController;
}

/**
 * Feeds one function from a subscription of a namespace over AMQP, as Azure Functions does: as many loops as invocations are
 * allowed at one time; with sessions each holds one, and lets it go when it is idle. A handler that throws abandons.
 */
export class NamespacePump {
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #connection: Connection;
  #isTroubled = false;

  constructor(
    private readonly trigger: SubscriptionTrigger,
    private readonly openNamespace: OpenNamespace,
    private readonly context: ListenerContext,
    private readonly limits = LIMITS,
  ) {
    this.#connection = { client: openNamespace(), givenUp: new AbortController() };
  }

  start(): void {
    for (let loops = 0; loops < this.trigger.maxConcurrency; loops += 1) void this.#loop();
  }

  /**
   * Waits for handlers, and for their settlement as long as an answer may take: the SDK cannot be called off while it asks for a
   * session.
   */
  async drain(): Promise<void> {
    this.#stopping.abort();
    await Promise.allSettled(this.#running);
    // A courtesy: the SDK may wait for what it cannot call off, and the namespace sees the connection end in any case.
    await Promise.race([this.#connection.client.close(), sleep(CLOSE_LIMIT_MS, undefined, { ref: false })]);
  }

  /** Goes on for ever: a namespace that cannot be reached comes back, or somebody mends a role. */
  async #loop(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    while (!this.#stopping.signal.aborted) {
      const connection = this.#connection;
      try {
        await this.#receiveOnce(connection);
        pauseMs = FIRST_PAUSE_MS;
        this.#isTroubled = false;
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        // Another loop has given the connection up and said why.
        if (connection.givenUp.signal.aborted) continue;
        this.#report(error);
        if (!isOfOneLink(error)) this.#reconnect(connection);
        await sleep(pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
        pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
      }
    }
  }

  /**
   * The SDK mends a connection by itself, but one request that went down with the old one holds all others up for a minute. A new
   * client knows nothing of it.
   */
  #reconnect({ client, givenUp }: Connection): void {
    this.#connection = { client: this.openNamespace(), givenUp: new AbortController() };
    givenUp.abort();
    // What closing it could complain of is why it is given up.
    client.close().catch(() => undefined);
  }

  async #receiveOnce({ client, givenUp: { signal: givenUp } }: Connection): Promise<void> {
    const stop = AbortSignal.any([this.#stopping.signal, givenUp]);
    const { openMs, settleMs } = this.limits;
    const receiver = await answerWithin(openMs, stop, 'a receiver', this.#open(client, stop));
    if (receiver === null) return;
    const waitMs = this.trigger.requiresSession ? this.trigger.sessionIdleMs : RECEIVE_WAIT_MS;
    try {
      while (!this.#stopping.signal.aborted) {
        // Called off by itself, the SDK closes a link and leaves to nobody what goes wrong with that, which would end the process.
        const received = receiver.receiveMessages(this.trigger.maxBatchSize, { maxWaitTimeInMs: waitMs });
        const messages = await answerWithin(waitMs + settleMs, stop, 'a request for messages', received);
        // Nobody would wait for a handler that starts now.
        if (this.#stopping.signal.aborted) return;
        if (messages.length > 0) await this.#track(this.#process(receiver, messages, givenUp));
        else if (this.trigger.requiresSession) return;
      }
    } finally {
      await answerWithin(settleMs, givenUp, 'closing a receiver', receiver.close());
    }
  }

  async #track(work: Promise<void>): Promise<void> {
    this.#running.add(work);
    await work.finally(() => this.#running.delete(work));
  }

  /** Null where no session has anything to do. */
  async #open(client: ServiceBusClient, stop: AbortSignal): Promise<ServiceBusReceiver | null> {
    const { topic, subscription, requiresSession, maxLockRenewalMs } = this.trigger;
    const options = {
      maxAutoLockRenewalDurationInMs: maxLockRenewalMs,
      abortSignal: stop,
    };
    const isQueue = subscription === QUEUE_SUBSCRIPTION;
    if (!requiresSession)
      return isQueue
        ? client.createReceiver(topic, options)
        : client.createReceiver(topic, subscription, options);
    try {
      return await (isQueue
        ? client.acceptNextSession(topic, options)
        : client.acceptNextSession(topic, subscription, options));
    } catch (error) {
      if (isServiceBusError(error) && error.code === 'ServiceTimeout') return null;
      throw error;
    }
  }

  async #process(
    receiver: ServiceBusReceiver,
    messages: readonly ServiceBusReceivedMessage[],
    givenUp: AbortSignal,
  ): Promise<void> {
    let failure: { readonly error: unknown } | null = null;
    try {
      await this.trigger.fn.invoke(invocationOf(this.trigger, messages.map(toReceived)));
    } catch (error) {
      failure = { error };
    }
    for (const message of messages) await this.#settle(receiver, message, failure, givenUp);
  }

  async #settle(
    receiver: ServiceBusReceiver,
    message: ServiceBusReceivedMessage,
    failure: { readonly error: unknown } | null,
    givenUp: AbortSignal,
  ): Promise<void> {
    if (failure !== null) this.#log('error', message, `failed: ${describe(failure.error)}`, failure.error);
    try {
      const settled = failure === null ? receiver.completeMessage(message) : receiver.abandonMessage(message);
      await answerWithin(this.limits.settleMs, givenUp, 'a settlement', settled);
    } catch (error) {
      this.#log(
        'warn',
        message,
        `could not settle its message, which is delivered again: ${describe(error)}`,
      );
      // A session whose lock is lost gives nothing any more; where nobody answers, a new connection is asked for.
      if (this.trigger.requiresSession || error instanceof NoAnswer) throw error;
    }
  }

  #log(level: 'warn' | 'error', message: ServiceBusReceivedMessage, text: string, error?: unknown): void {
    const { messageId, deliveryCount, sessionId } = toReceived(message);
    const fields = { messageId, deliveryCount, sessionId, ...(error !== undefined && { error }) };
    this.context.log(level, `Function "${this.trigger.fn.name}" ${text}`, fields);
  }

  /** Once for all loops until something works again. */
  #report(error: unknown): void {
    if (this.#isTroubled) return;
    this.#isTroubled = true;
    const { topic, subscription } = this.trigger;
    this.context.log('warn', `No messages from ${topic}/${subscription} for now: ${describe(error)}`, {
      error,
    });
  }
}

const isOfOneLink = (error: unknown): boolean =>
  isServiceBusError(error) && (OF_ONE_LINK.includes(error.code) || error.message.startsWith('DetachForced'));
