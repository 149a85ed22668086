import { message as codec, type Delivery } from 'rhea';
import { deliveryTagOf, toDeliver, tokenOfTag } from './amqp-message';
import type { Faults } from './faults';
import type { MessageQueue, Outcome, SessionLock } from './message-queue';
import { creditLeft, drain, settleDelivery, type ServerSender } from './rhea-server';

/** rhea's outcomes, which its typings leave out. */
const outcomes = codec as unknown as {
  accepted(): { described(): unknown };
  rejected(fields: object): { described(): unknown };
};

export const ACCEPTED = (): unknown => outcomes.accepted().described();
export const rejected = (condition: string, description: string): unknown =>
  outcomes.rejected({ error: { condition, description } }).described();

interface RemoteState {
  readonly undeliverable_here?: boolean;
  readonly error?: { readonly condition?: string; readonly info?: Readonly<Record<string, string>> };
}

/** Feeds one receiver of the peer from a queue while it has credit, and carries out what it says of each message. */
export class ConsumerLink {
  readonly #stopListening: () => void;

  constructor(
    readonly link: ServerSender,
    private readonly queue: MessageQueue,
    private readonly session: SessionLock | null,
    private readonly faults: Faults,
  ) {
    this.#stopListening = queue.onReady(() => this.pump());
  }

  pump(): void {
    if (!this.link.is_open()) return;
    if (this.session !== null && !this.queue.holds(this.session)) {
      this.close();
      this.link.close({
        condition: 'com.microsoft:session-lock-lost',
        description: 'The session lock has expired. Accept a new session receiver.',
      });
      return;
    }
    while (creditLeft(this.link) > 0) {
      const entry = this.queue.take(this.link, this.session);
      if (entry?.lock == null) return;
      this.link.send(toDeliver(entry) as never, deliveryTagOf(entry.lock.token));
    }
  }

  drain(): void {
    this.pump();
    drain(this.link);
  }

  settle(delivery: Delivery): void {
    if (delivery.settled) return;
    const token = tokenOfTag(delivery.tag);
    if (this.faults.takesSettlement() || !this.queue.settle(token, outcomeOf(delivery))) {
      const what = this.session === null ? 'message' : 'session';
      settleDelivery(
        delivery,
        rejected(`com.microsoft:${what}-lock-lost`, `The lock on the ${what} was lost.`),
      );
    } else settleDelivery(delivery, ACCEPTED());
  }

  close(): void {
    this.#stopListening();
    if (this.session !== null) this.queue.releaseSession(this.session);
  }
}

const outcomeOf = ({ remote_state: state }: Delivery): Outcome => {
  if (codecIs('accepted', state)) return { kind: 'completed' };
  const { error, undeliverable_here: isDeferral } = state as RemoteState;
  if (isDeferral === true) throw new Error('this broker does not defer messages');
  if (error === undefined) return { kind: 'abandoned' };
  const { DeadLetterReason: reason = '', DeadLetterErrorDescription: description = '' } = error.info ?? {};
  return { kind: 'dead-lettered', reason, description };
};

const codecIs = (name: string, state: unknown): boolean =>
  (state as { constructor: { composite_type?: string } }).constructor.composite_type === name;
