import type { EntityStore, InstanceRun } from '../../storage/entity-store';
import type { GroupCommit } from '../../storage/group-commit';
import { EventType, type IncomingEvent } from '../history';
import type { Instance } from '../instance';
import type { LiveInstances } from '../live-instances';
import type { EntityReply } from './entity-message';

export interface ReplyPostOptions {
  readonly store: EntityStore;
  readonly commits: GroupCommit;
  readonly live: Pick<LiveInstances, 'get'>;
  readonly mayGoOn: (run: InstanceRun) => boolean;
  readonly enqueue: (
    instance: Instance,
    event: IncomingEvent,
    settled: (isStored: boolean) => void,
    messageSeq: number,
  ) => void;
}

/** Brings answers of entities to orchestrations. An answer stays stored until the episode that takes it is. */
export class ReplyPost {
  constructor(private readonly options: ReplyPostOptions) {}

  /** Stores an answer as part of the transaction under way; what it returns delivers it after the commit. */
  post(instanceId: string, reply: EntityReply): () => void {
    const body = JSON.stringify(reply);
    const seq = this.options.store.addMessage(instanceId, body);
    return () => this.deliver(seq, instanceId, body);
  }

  /** What came for an instance while it had failed, for one that goes on again. */
  redeliver(instanceId: string): void {
    for (const { seq, target, body } of this.options.store.messagesTo(instanceId))
      this.deliver(seq, target, body);
  }

  deliver(seq: number, instanceId: string, body: string): void {
    const { executionId, requestId, input } = JSON.parse(body) as EntityReply;
    const run = { instanceId, executionId };
    const instance = this.options.live.get(instanceId);
    if (instance?.executionId !== executionId) return this.drop(run, seq);
    const event: IncomingEvent = { type: EventType.EventRaised, name: requestId, input, isReply: true };
    this.options.enqueue(instance, event, (isStored) => isStored || this.drop(run, seq), seq);
  }

  /** An instance that failed may be rewound, and then still waits for this. */
  private drop(run: InstanceRun, seq: number): void {
    const { store, commits, mayGoOn } = this.options;
    if (mayGoOn(run)) return;
    commits.add(
      () => store.removeMessage(seq),
      () => undefined,
    );
  }
}
