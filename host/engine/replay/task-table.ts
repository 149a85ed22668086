import { Future } from './future';
import type { Action } from './actions';
import type { ScheduledEvent } from '../history';
import { checkScheduled } from './non-determinism';

/** A scheduled task without the id that it is given. */
type Unnumbered<T> = T extends { readonly id: number } ? Omit<T, 'id'> : never;

/** The tasks of one replay: numbers them, and compares what the replay schedules with what the history says. */
export class TaskTable {
  nextId = 0;
  private readonly open = new Map<number, Future>();
  private readonly unconfirmed = new Map<
    number,
    { readonly owner: Action; readonly event: ScheduledEvent }
  >();

  /** Activities, sub-orchestrations and timers that have not ended. */
  get openCount(): number {
    return this.open.size;
  }

  /** What the history does not have yet, in the order of ids. */
  get scheduled(): ScheduledEvent[] {
    return Array.from(this.unconfirmed.values(), ({ event }) => event);
  }

  /** The action that drew this id, until the history confirms it. */
  ownerOf(id: number): Action | undefined {
    return this.unconfirmed.get(id)?.owner;
  }

  /** `make` is given the id, of which a child's instance id may be made. */
  schedule(
    owner: Action,
    make: (id: number) => Unnumbered<ScheduledEvent>,
  ): {
    readonly id: number;
    readonly future: Future;
  } {
    const id = this.send(owner, make);
    const future = new Future();
    this.open.set(id, future);
    return { id, future };
  }

  /** Numbers what is sent off and, unlike a task, holds no completion. Returns its id. */
  send(owner: Action, make: (id: number) => Unnumbered<ScheduledEvent>): number {
    const id = this.nextId++;
    this.unconfirmed.set(id, { owner, event: { ...make(id), id } });
    return id;
  }

  /** Throws NonDeterminismError unless this replay has scheduled what the history recorded. */
  confirm(recorded: ScheduledEvent): void {
    checkScheduled(recorded, this.unconfirmed.get(recorded.id)?.event);
    this.unconfirmed.delete(recorded.id);
  }

  /** Ends a task. An end that comes a second time, or after the task was cancelled, means nothing. */
  take(id: number): Future | undefined {
    const future = this.open.get(id);
    this.open.delete(id);
    return future;
  }
}
