import { setTimeout as sleep } from 'node:timers/promises';
import {
  isServiceBusError,
  type ServiceBusClient,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
  type ServiceBusSessionReceiver,
} from '@azure/service-bus';
import type { ListenerContext } from '../function-app';
import { answerWithin, NoAnswer } from './answer-within';
import { isOfOneLink } from './link-trouble';
import { keepLocked } from './message-lock-renewal';
import { NamespaceConnection } from './namespace-connection';
import { describe } from './retry-policy';
import { RunningHandlers } from './running-handlers';
import { invocationOf } from './service-bus-metadata';
import { toReceived, type OpenNamespace } from './service-bus-namespace';
import { QUEUE_SUBSCRIPTION, type SubscriptionTrigger } from './service-bus-options';

const FIRST_PAUSE_MS = 500;
const RECEIVE_WAIT_MS = 20_000;

export interface PumpLimits {
  /** For a receiver, which a namespace answers only when there is a session for it. */
  readonly openMs: number;
  /** For a settlement or a close, of which the SDK waits for a minute even where the connection is gone. */
  readonly settleMs: number;
  /** Between attempts while nothing works. */
  readonly longestPauseMs: number;
}

/** The first is longer than a namespace lets wait for a session, the second shorter than a host may take to drain. */
const LIMITS: PumpLimits = { openMs: 35_000, settleMs: 10_000, longestPauseMs: 30_000 };

/**
 * Feeds one function from a subscription of a namespace over AMQP, as Azure Functions does: as many loops as invocations are
 * allowed at one time; with sessions each holds one, and lets it go when it is idle. A handler that throws abandons. What a handler
 * of this pump still works on is given to no other, whatever became of its lock.
 */
export class NamespacePump {
  readonly #stopping = new AbortController();
  readonly #handlers = new RunningHandlers();
  #connection: NamespaceConnection;
  #isTroubled = false;

  constructor(
    private readonly trigger: SubscriptionTrigger,
    private readonly openNamespace: OpenNamespace,
    private readonly context: ListenerContext,
    private readonly limits = LIMITS,
  ) {
    this.#connection = new NamespaceConnection(openNamespace());
  }

  start(): void {
    for (let loops = 0; loops < this.trigger.maxConcurrency; loops += 1) void this.#loop();
  }

  /** Waits for handlers, and for their settlement as long as an answer may take. What is still asked for is given up. */
  async drain(): Promise<void> {
    this.#stopping.abort();
    await this.#handlers.allEnded();
    await this.#connection.close();
  }

  /** Goes on for ever: a namespace that cannot be reached comes back, or somebody mends a role. */
  async #loop(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    const works = (): void => {
      pauseMs = FIRST_PAUSE_MS;
      this.#isTroubled = false;
    };
    while (!this.#stopping.signal.aborted) {
      const connection = this.#connection;
      try {
        await connection.use(() => this.#receiveOnce(connection, works));
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        // Another loop has given the connection up and said why.
        if (connection.givenUp.aborted) continue;
        this.#report(error);
        if (!isOfOneLink(error)) this.#reconnect(connection);
        await sleep(pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
        pauseMs = Math.min(pauseMs * 2, this.limits.longestPauseMs);
      }
    }
  }

  /**
   * The SDK mends a connection by itself, but one request that went down with the old one holds all others up for a minute. A new
   * client knows nothing of it.
   */
  #reconnect(connection: NamespaceConnection): void {
    this.#connection = new NamespaceConnection(this.openNamespace());
    connection.giveUp();
  }

  async #receiveOnce({ client, givenUp }: NamespaceConnection, works: () => void): Promise<void> {
    const stop = AbortSignal.any([this.#stopping.signal, givenUp]);
    const receiver = await this.#open(client, stop);
    if (receiver !== null) {
      try {
        await this.#receiveFrom(receiver, stop, works);
      } catch (error) {
        // What closing it could complain of has been said.
        receiver.close().catch(() => undefined);
        throw error;
      }
      await answerWithin(this.limits.settleMs, 'closing a receiver', receiver.close(), givenUp);
    }
    works();
  }

  async #receiveFrom(receiver: ServiceBusReceiver, stop: AbortSignal, works: () => void): Promise<void> {
    const { requiresSession, sessionIdleMs, maxBatchSize, maxLockRenewalMs } = this.trigger;
    const session = requiresSession ? (receiver as ServiceBusSessionReceiver).sessionId : null;
    if (session !== null && !(await this.#handlers.haveLeft(session, maxLockRenewalMs, stop))) return;
    const waitMs = requiresSession ? sessionIdleMs : RECEIVE_WAIT_MS;
    while (!stop.aborted) {
      // Called off by itself, the SDK closes a link and leaves to nobody what goes wrong with that, which would end the process.
      const received = receiver.receiveMessages(maxBatchSize, { maxWaitTimeInMs: waitMs });
      const limitMs = waitMs + this.limits.settleMs;
      const messages = await answerWithin(limitMs, 'a request for messages', received, stop);
      // Nobody would wait for a handler that starts now.
      if (stop.aborted) return;
      if (messages.length === 0 && requiresSession) return;
      // Two receivers of a session met, for one of them lost its lock after it had received: the messages come again.
      if (session !== null && this.#handlers.workOn(session)) return;
      if (messages.length > 0) await this.#handlers.track(session, this.#process(receiver, messages));
      works();
    }
  }

  /** Null where no session has anything to do. Called off, since the SDK waits on; a session that comes all the same is given back. */
  async #open(client: ServiceBusClient, stop: AbortSignal): Promise<ServiceBusReceiver | null> {
    const late = new AbortController();
    const asked = this.#ask(client, late.signal);
    try {
      return await answerWithin(this.limits.openMs, 'a receiver', asked, stop);
    } catch (error) {
      late.abort();
      asked.then((receiver) => receiver?.close()).catch(() => undefined);
      throw error;
    }
  }

  async #ask(client: ServiceBusClient, abortSignal: AbortSignal): Promise<ServiceBusReceiver | null> {
    const { topic, subscription, requiresSession, maxLockRenewalMs } = this.trigger;
    // Of messages outside sessions, `keepLocked` renews the locks.
    const maxAutoLockRenewalDurationInMs = requiresSession ? maxLockRenewalMs : 0;
    const options = { maxAutoLockRenewalDurationInMs, abortSignal };
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
  ): Promise<void> {
    const { requiresSession, maxLockRenewalMs } = this.trigger;
    const stopRenewing = requiresSession ? () => undefined : keepLocked(receiver, messages, maxLockRenewalMs);
    let failure: { readonly error: unknown } | null = null;
    try {
      await this.trigger.fn.invoke(invocationOf(this.trigger, messages.map(toReceived)));
    } catch (error) {
      failure = { error };
    } finally {
      stopRenewing();
    }
    if (failure === null && !this.trigger.autoComplete) return;
    for (const message of messages) await this.#settle(receiver, message, failure);
  }

  async #settle(
    receiver: ServiceBusReceiver,
    message: ServiceBusReceivedMessage,
    failure: { readonly error: unknown } | null,
  ): Promise<void> {
    if (failure !== null) this.#log('error', message, `failed: ${describe(failure.error)}`, failure.error);
    try {
      const settled = failure === null ? receiver.completeMessage(message) : receiver.abandonMessage(message);
      await answerWithin(this.limits.settleMs, 'a settlement', settled);
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
