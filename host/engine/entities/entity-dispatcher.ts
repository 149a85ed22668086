import type { HostClock, ListenerContext } from '../../function-app';
import type { EntityStore, InstanceRun } from '../../storage/entity-store';
import type { GroupCommit } from '../../storage/group-commit';
import type { FunctionIndex } from '../function-index';
import type { Addressed, EntityMessage } from './entity-message';
import { runEntity } from './entity-run';
import { planTurn, type EntityTurn, type Received } from './entity-turn';
import type { ReplyPost } from './reply-post';
import { applyTurn } from './turn-writes';

export interface EntityDispatcherOptions {
  readonly store: EntityStore;
  readonly commits: GroupCommit;
  readonly functions: FunctionIndex;
  readonly clock: HostClock;
  readonly log: ListenerContext['log'];
  readonly fatal: (error: unknown) => never;
  readonly replies: ReplyPost;
  readonly maxConcurrentEntities: number;
  readonly maxEntityBatchSize: number;
  /** False of a run that has ended for good. */
  readonly mayGoOn: (run: InstanceRun) => boolean;
}

/** An entity for which something has arrived. One that waits for nothing is in the store alone. */
interface Mailbox {
  readonly id: string;
  queue: Received[];
  /** A turn is under way or waits for its commit. */
  isBusy: boolean;
}

/**
 * Brings messages to entities. A message is stored with what caused it and removed with the turn that takes it, together
 * with all that this turn changes and sends: so each is acted on once, in the order of its sender, whenever the host dies.
 */
export class EntityDispatcher {
  private readonly mailboxes = new Map<string, Mailbox>();
  private readonly ready = new Set<Mailbox>();
  private running = 0;
  private stopped = false;

  constructor(private readonly options: EntityDispatcherOptions) {}

  get isIdle(): boolean {
    return this.running === 0;
  }

  /** Begins no more turns; what has arrived is taken after the next start of the host. */
  stop(): void {
    this.stopped = true;
  }

  /** Stores messages as part of the transaction under way; what it returns delivers them after the commit. */
  post(messages: readonly Addressed[]): () => void {
    const stored = messages.map(({ target, message }) => ({
      target,
      received: { seq: this.options.store.addMessage(target, JSON.stringify(message)), message },
    }));
    return () => {
      for (const { target, received } of stored) this.deliver(target, received);
    };
  }

  /** Takes what was under way when the last process ended. */
  recover(): void {
    const { store, replies, commits, mayGoOn } = this.options;
    const released = store.locks().filter((lock) => !mayGoOn(lock));
    if (released.length > 0) {
      commits.add(
        () => released.forEach(({ entity }) => store.unlock(entity)),
        () => undefined,
      );
    }
    for (const { seq, target, body } of store.messages()) {
      if (target.startsWith('@')) this.deliver(target, { seq, message: JSON.parse(body) as EntityMessage });
      else replies.deliver(seq, target, body);
    }
  }

  /** Looks again at entities whose lock may have become free. */
  wake(ids: readonly string[]): void {
    for (const id of ids) {
      const mailbox = this.mailboxes.get(id);
      if (mailbox !== undefined) this.schedule(mailbox);
    }
  }

  private deliver(id: string, received: Received): void {
    let mailbox = this.mailboxes.get(id);
    if (mailbox === undefined) this.mailboxes.set(id, (mailbox = { id, queue: [], isBusy: false }));
    mailbox.queue.push(received);
    this.schedule(mailbox);
  }

  private schedule(mailbox: Mailbox): void {
    if (mailbox.isBusy || this.stopped) return;
    if (this.ready.size === 0) setImmediate(() => this.runReady());
    this.ready.add(mailbox);
  }

  private runReady(): void {
    for (const mailbox of this.ready) {
      if (this.stopped || this.running >= this.options.maxConcurrentEntities) return;
      this.ready.delete(mailbox);
      this.begin(mailbox);
    }
  }

  private begin(mailbox: Mailbox): void {
    const { store, maxEntityBatchSize, mayGoOn, fatal } = this.options;
    const lock = store.lockOf(mailbox.id) ?? null;
    const turn = planTurn({ queue: mailbox.queue, lock, batchSize: maxEntityBatchSize, mayGoOn });
    if (turn.taken.size === 0) return;
    mailbox.isBusy = true;
    this.running += 1;
    this.run(mailbox, turn).catch(fatal);
  }

  private async run(mailbox: Mailbox, turn: EntityTurn): Promise<void> {
    const { store, functions, commits, log } = this.options;
    const { id } = mailbox;
    const operations = turn.operations.map(({ message }) => message);
    const row = store.find(id);
    const entity = functions.entity(id);
    const outcome = operations.length === 0 ? null : await runEntity({ id, entity, row, operations, log });
    let deliver = (): void => undefined;
    commits.add(
      () => (deliver = applyTurn({ ...this.options, post: (sent) => this.post(sent) }, id, turn, outcome)),
      () => {
        this.running -= 1;
        mailbox.isBusy = false;
        mailbox.queue = mailbox.queue.filter(({ seq }) => !turn.taken.has(seq));
        deliver();
        if (mailbox.queue.length > 0) this.schedule(mailbox);
        else this.mailboxes.delete(id);
        this.runReady();
      },
    );
  }
}
