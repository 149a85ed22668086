import { randomUUID } from 'node:crypto';
import type { InstanceRun } from '../../storage/entity-store';
import type { Action, EntityOperationAction, LockEntitiesAction } from '../replay/actions';
import { Future } from '../replay/future';
import { EventType, type SentEvent } from '../history';
import { json } from '../replay/refused-action';
import type { TaskTable } from '../replay/task-table';
import { entityId } from './entity-id';
import type { EntityMessage } from './entity-message';

/**
 * What an orchestration asks of entities, in its replay. Calls and lock requests are known by the id that the history gives
 * them, and hold no completion.
 */
export class EntityRequests {
  private readonly unsent = new Map<number, Future>();
  private readonly sent = new Map<string, Future>();
  /** The entities locked, in the order in which Azure releases them: one that answered a call goes to the end. */
  private held: string[] = [];
  private lockId = '';

  constructor(
    private readonly tasks: TaskTable,
    private readonly sender: InstanceRun,
  ) {}

  get waitingCount(): number {
    return this.unsent.size + this.sent.size;
  }

  call(action: EntityOperationAction): Future {
    const target = action.instanceId;
    const answered = this.request(action, target, this.operation(action, false));
    if (this.held.includes(target)) {
      answered.then(() => (this.held = [...this.held.filter((id) => id !== target), target]));
    }
    return answered;
  }

  signal(action: EntityOperationAction): Future {
    this.send(action, action.instanceId, this.operation(action, true));
    return Future.completed();
  }

  lock(action: LockEntitiesAction): Future {
    const id = action.lockRequestId;
    const lockSet = action.lockSet.map(({ name, key }) => entityId(name, key));
    const [first = ''] = lockSet;
    const granted = this.request(action, first, {
      kind: 'lock',
      id,
      lockSet,
      position: 0,
      sender: this.sender,
    });
    granted.then(() => {
      this.held = lockSet;
      this.lockId = id;
    });
    return granted;
  }

  /** Takes an id for each entity. */
  release(action: Action): Future {
    for (const target of this.held.splice(0)) this.send(action, target, { kind: 'release', id: this.lockId });
    return Future.completed();
  }

  /** The history says that this was sent: its answer will carry the id recorded, not the one that this replay drew. */
  confirm({ id, message }: SentEvent): void {
    const future = this.unsent.get(id);
    if (future === undefined) return;
    this.unsent.delete(id);
    this.sent.set(message.id, future);
  }

  /** Ends a request. An answer that comes a second time means nothing. */
  answer(requestId: string): void {
    const future = this.sent.get(requestId);
    this.sent.delete(requestId);
    future?.complete();
  }

  private operation({ operation, input }: EntityOperationAction, isSignal: boolean): EntityMessage {
    return {
      kind: 'operation',
      id: randomUUID(),
      operation,
      input: input === undefined || input === null ? null : json(input),
      isSignal,
      sender: this.sender,
    };
  }

  private request(owner: Action, target: string, message: EntityMessage): Future {
    const future = new Future();
    this.unsent.set(this.send(owner, target, message), future);
    return future;
  }

  private send(owner: Action, target: string, message: EntityMessage): number {
    return this.tasks.send(owner, () => ({ type: EventType.EventSent, target, message }));
  }
}
