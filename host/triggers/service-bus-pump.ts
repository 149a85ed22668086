import type { SqliteBus } from '../../shared/adapters/sqlite/sqlite-bus';
import type { ReceivedMessage } from '../../shared/adapters/sqlite/sqlite-bus-messages';
import type { ListenerContext } from '../function-app';
import { outsideOfInvocations } from '../operations/current-invocation';
import { describe } from './retry-policy';
import { invocationOf } from './service-bus-metadata';
import type { SubscriptionTrigger } from './service-bus-options';

const FIRST_REDELIVERY_MS = 1_000;
const MAX_REDELIVERY_MS = 60_000;

/** Azure redelivers at once; a growing pause keeps a subscriber's outage of minutes from using up the deliveries. */
const redeliveryDelayMs = (deliveryCount: number): number =>
  Math.min(FIRST_REDELIVERY_MS * 2 ** (deliveryCount - 1), MAX_REDELIVERY_MS);

/** Feeds one function from one subscription: lock, invoke, complete or give back. */
export class SubscriptionPump {
  readonly #running = new Set<Promise<void>>();
  #isDraining = false;
  #wake: NodeJS.Immediate | null = null;
  #stopListening: () => void = () => undefined;
  #forgetAlarm: () => void = () => undefined;

  constructor(
    private readonly trigger: SubscriptionTrigger,
    private readonly bus: SqliteBus,
    private readonly context: ListenerContext,
  ) {}

  start(): void {
    this.#stopListening = this.bus.onReady(() => this.#wakeUp());
    this.#wakeUp();
  }

  async drain(): Promise<void> {
    this.#isDraining = true;
    this.#stopListening();
    this.#forgetAlarm();
    if (this.#wake !== null) clearImmediate(this.#wake);
    await Promise.all(this.#running);
  }

  /** Not at once: the publisher is still on the stack, and many messages are published in one turn. */
  #wakeUp(): void {
    if (this.#isDraining || this.#wake !== null) return;
    const fill = (): void => {
      this.#wake = null;
      this.#orFatal(() => this.#fill());
    };
    this.#wake = outsideOfInvocations(() => setImmediate(fill));
  }

  #fill(): void {
    const { topic, subscription, maxBatchSize, maxConcurrency } = this.trigger;
    this.#forgetAlarm();
    while (!this.#isDraining && this.#running.size < maxConcurrency) {
      const askedMs = this.context.clock.now();
      const messages = this.bus.receive(topic, subscription, maxBatchSize);
      if (messages.length === 0) {
        this.#wakeWhenReady(askedMs);
        return;
      }
      const work = this.#process(messages).finally(() => {
        this.#running.delete(work);
        this.#wakeUp();
      });
      this.#running.add(work);
    }
  }

  #wakeWhenReady(askedMs: number): void {
    const { topic, subscription } = this.trigger;
    const atMs = this.bus.nextReadyAtMs(topic, subscription, askedMs);
    if (atMs !== null) this.#forgetAlarm = this.context.clock.at(atMs, () => this.#wakeUp());
  }

  async #process(messages: readonly ReceivedMessage[]): Promise<void> {
    const stopRenewing = this.#keepLocked(messages);
    let failure: { readonly error: unknown } | null = null;
    try {
      await this.trigger.fn.invoke(invocationOf(this.trigger, messages));
    } catch (error) {
      failure = { error };
    }
    stopRenewing();
    for (const message of messages) {
      if (failure !== null) this.#orFatal(() => this.#giveBack(message, failure.error));
      else if (this.trigger.autoComplete) this.#orFatal(() => this.#complete(message));
    }
  }

  #complete(message: ReceivedMessage): void {
    if (this.bus.complete(message.lockToken) === 'lock-lost') {
      this.#log(
        'warn',
        message,
        'ended after the lock on its message was lost; the message is delivered again',
      );
    }
  }

  #giveBack(message: ReceivedMessage, error: unknown): void {
    const delayMs = redeliveryDelayMs(message.deliveryCount);
    const outcome = this.bus.abandon(message.lockToken, delayMs);
    const fate = outcome === 'abandoned' ? `delivered again in ${delayMs} ms` : outcome;
    this.#log('error', message, `failed (${fate}): ${describe(error)}`, error);
  }

  /** Renews at half time until told to stop, or until the handler has had as long as host.json allows. */
  #keepLocked(messages: readonly ReceivedMessage[]): () => void {
    const { clock } = this.context;
    const renewUntilMs = clock.now() + this.trigger.maxLockRenewalMs;
    let forget: () => void = () => undefined;
    const arm = (lockedUntilMs: number): void => {
      const atMs = clock.now() + (lockedUntilMs - clock.now()) / 2;
      if (atMs <= renewUntilMs) forget = clock.at(atMs, () => this.#orFatal(renew));
    };
    const renew = (): void => {
      const ends = messages.map(({ lockToken }) => this.bus.renewLock(lockToken));
      const kept = ends.filter((end) => end !== null);
      if (kept.length > 0) arm(Math.min(...kept));
    };
    arm(Math.min(...messages.map(({ lockedUntilMs }) => lockedUntilMs)));
    return () => forget();
  }

  #log(level: 'warn' | 'error', message: ReceivedMessage, text: string, error?: unknown): void {
    const { messageId, deliveryCount, sessionId } = message;
    const fields = { messageId, deliveryCount, sessionId, ...(error !== undefined && { error }) };
    this.context.log(level, `Function "${this.trigger.fn.name}" ${text}`, fields);
  }

  /** A bus that cannot store what was promised ends the host. */
  #orFatal(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.context.fatal(error);
    }
  }
}
