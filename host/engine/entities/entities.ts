import { randomUUID } from 'node:crypto';
import type { EntityFilter, EntityRow, InstanceRun } from '../../storage/entity-store';
import type { EngineStore } from '../../storage/engine-store';
import type { LiveInstances } from '../live-instances';
import { payloadProblem } from '../payload-limit';
import { EntityDispatcher, type EntityDispatcherOptions } from './entity-dispatcher';
import type { Addressed, EntityMessage } from './entity-message';
import { ReplyPost, type ReplyPostOptions } from './reply-post';

export type SignalOutcome =
  { readonly kind: 'accepted' } | { readonly kind: 'refused'; readonly message: string };

export interface EntitiesOptions extends Omit<EntityDispatcherOptions, 'store' | 'replies' | 'mayGoOn'> {
  readonly store: EngineStore;
  readonly live: Pick<LiveInstances, 'get'>;
  readonly enqueue: ReplyPostOptions['enqueue'];
}

/** The entities of one node. Their messages, locks and answers survive whatever happens to the process. */
export class Entities {
  private readonly dispatcher: EntityDispatcher;
  private readonly replies: ReplyPost;

  constructor(private readonly options: EntitiesOptions) {
    const shared = {
      ...options,
      store: options.store.entities,
      mayGoOn: (run: InstanceRun) => this.mayGoOn(run),
    };
    this.replies = new ReplyPost(shared);
    this.dispatcher = new EntityDispatcher({ ...shared, replies: this.replies });
  }

  get isIdle(): boolean {
    return this.dispatcher.isIdle;
  }

  /** Begins no more batches; what has arrived is taken after the next start of the host. */
  stop(): void {
    this.dispatcher.stop();
  }

  /** Takes what was under way when the last process ended. */
  recover(): void {
    this.dispatcher.recover();
  }

  /** Stores messages as part of the transaction under way; what it returns delivers them after the commit. */
  post(messages: readonly Addressed[]): () => void {
    return this.dispatcher.post(messages);
  }

  /** Looks again at entities whose lock may have become free. */
  wake(ids: readonly string[]): void {
    this.dispatcher.wake(ids);
  }

  /** Frees what an earlier run of this instance had locked and kept, since it had failed and could have been rewound. */
  wakeLockedBy(instanceId: string): void {
    this.dispatcher.wake(this.options.store.entities.lockedBy(instanceId));
  }

  /** Brings an instance that was rewound what entities answered since it failed. */
  redeliver(instanceId: string): void {
    this.replies.redeliver(instanceId);
  }

  /** Resolves once the signal is on disk. `input` is JSON text. */
  async signal(id: string, operation: string, input: string | null): Promise<SignalOutcome> {
    const { functions, commits } = this.options;
    const problem = functions.entityProblem(id) ?? payloadProblem(`The input of entity '${id}'`, input ?? '');
    if (problem !== null) return { kind: 'refused', message: problem };
    const message: EntityMessage = {
      ...{ kind: 'operation', id: randomUUID(), operation, input },
      ...{ isSignal: true, sender: null },
    };
    let deliver = (): void => undefined;
    await new Promise<void>((resolve) =>
      commits.add(
        () => (deliver = this.post([{ target: id, message }])),
        () => {
          deliver();
          resolve();
        },
      ),
    );
    return { kind: 'accepted' };
  }

  /** JSON text; null of an entity that has no state. */
  state(id: string): string | null {
    return this.options.store.entities.find(id)?.state ?? null;
  }

  list(filter: EntityFilter, afterId: string, limit: number): EntityRow[] {
    return this.options.store.entities.list(filter, afterId, limit);
  }

  /** True of a run that goes on, or that failed and could be rewound: it keeps its locks, and what it is answered. */
  private mayGoOn({ instanceId, executionId }: InstanceRun): boolean {
    const instance = this.options.live.get(instanceId);
    if (instance !== undefined) return instance.executionId === executionId;
    const row = this.options.store.find(instanceId);
    return row?.status === 'Failed' && row.executionId === executionId;
  }
}
