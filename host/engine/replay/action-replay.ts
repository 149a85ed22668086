import { findReusedAction, type Action } from './actions';
import { ActionInvoker, type ReplayOptions } from './action-invoker';
import {
  EventType,
  type IncomingEvent,
  type ScheduledEvent,
  type StoredEvent,
  type TimedEvent,
} from '../history';

/** Where an instance stands after its history was played against the actions of its orchestrator. */
export interface ReplayState {
  /** What is not in the history yet, in the order of its ids. */
  readonly scheduled: readonly ScheduledEvent[];
  readonly cancelledTimers: readonly number[];
  /** Activities, sub-orchestrations and timers under way hold completion; event waits do not. */
  readonly openTasks: number;
  /** Waits for events, and for answers of entities. */
  readonly eventWaits: number;
  /** Every top-level action has ended. */
  readonly ended: boolean;
  readonly suspended: boolean;
  readonly terminatedBecause: string | null;
  readonly continueAsNew: { readonly input: string; readonly carryOver: readonly IncomingEvent[] } | null;
}

/**
 * Plays a history against the actions an orchestrator returned and thereby finds what is to be scheduled, under which id.
 * Mirrors the engine behind Azure's host, which awaits the top-level actions one after another: ids are drawn depth-first,
 * events are processed one by one, and each first causes what its own task needs (a retry's timer, its next attempt, the
 * next piece of a long timer) and then whatever its completed top-level action unblocks.
 */
export class ActionReplay {
  private readonly invoker: ActionInvoker;
  private readonly whileSuspended: TimedEvent[] = [];
  private readonly carryOver: IncomingEvent[] = [];
  private terminatedBecause: string | null = null;
  private suspended = false;
  private ended = false;
  /** How many actions were there when the last of them had ended. */
  private endedAt = 0;
  private readonly seen = new Set<Action>();
  private looked = 0;

  constructor(
    private readonly actions: readonly Action[],
    options: ReplayOptions,
  ) {
    this.invoker = new ActionInvoker(options);
  }

  /**
   * True where what is added to history and actions leads to what a replay from the beginning would. It does not where an action came
   * after all had ended, or a timer was cancelled meanwhile: from the beginning, both would have drawn their ids earlier.
   */
  get canGoOn(): boolean {
    const isLate = this.ended && this.actions.length > this.endedAt;
    return !isLate && !this.invoker.timed.hasNewlyCancelled;
  }

  /** The first task that was put to use twice, or null. Looks only at actions that came since the last call: half of a long chain's cost. */
  reusedAction(): Action | null {
    const added = this.actions.slice(this.looked);
    this.looked = this.actions.length;
    return findReusedAction(added, this.seen);
  }

  /** The action that drew this id, until the history confirms it. */
  ownerOf(id: number): Action | undefined {
    return this.invoker.tasks.ownerOf(id);
  }

  /** Plays a history, or what was added to it since the last call. Throws NonDeterminismError or RefusedActionError. */
  play(history: readonly TimedEvent[]): ReplayState {
    for (const event of history) this.process(event);
    const { tasks, events, entities, timed, continuation } = this.invoker;
    return {
      scheduled: tasks.scheduled,
      cancelledTimers: timed.cancelled,
      openTasks: tasks.openCount,
      eventWaits: events.count + entities.waitingCount,
      ended: this.ended,
      suspended: this.suspended,
      terminatedBecause: this.terminatedBecause,
      continueAsNew: continuation === null ? null : { input: continuation, carryOver: this.carryOver },
    };
  }

  private process(timed: TimedEvent): void {
    const { event } = timed;
    if (event.type === EventType.ExecutionResumed) {
      this.suspended = false;
      for (const missed of this.whileSuspended.splice(0)) this.process(missed);
    } else if (event.type === EventType.ExecutionTerminated) {
      this.terminatedBecause = event.reason;
    } else if (this.suspended && 'id' in event) {
      // What it scheduled as it failed: it was rewound without a resume.
      this.advance(event);
    } else if (this.suspended) {
      // As on Azure, one resume ends however many suspensions came meanwhile.
      if (event.type !== EventType.ExecutionSuspended) this.whileSuspended.push(timed);
    } else if (event.type === EventType.ExecutionSuspended) {
      this.suspended = true;
    } else if (event.type === EventType.OrchestratorStarted) {
      this.invoker.timed.nowMs = timed.atMs;
    } else {
      this.advance(event);
    }
  }

  private advance(event: StoredEvent): void {
    const { tasks, events, entities, continuation } = this.invoker;
    switch (event.type) {
      case EventType.ExecutionStarted:
        this.runTopLevel(0);
        break;
      case EventType.TaskScheduled:
      case EventType.SubOrchestrationInstanceCreated:
      case EventType.TimerCreated:
        tasks.confirm(event);
        break;
      case EventType.EventSent:
        tasks.confirm(event);
        entities.confirm(event);
        break;
      case EventType.TaskCompleted:
        tasks.take(event.taskId)?.complete(event.result);
        break;
      case EventType.SubOrchestrationInstanceCompleted:
      case EventType.TimerFired:
        tasks.take(event.taskId)?.complete();
        break;
      case EventType.TaskFailed:
      case EventType.SubOrchestrationInstanceFailed:
        tasks.take(event.taskId)?.fail();
        break;
      case EventType.EventRaised:
        if (event.isReply === true) entities.answer(event.name);
        else if (continuation !== null) this.carryOver.push(event);
        else events.raise(event.name);
        break;
      default:
        // Markers, and an end that only a later generation could see.
        break;
    }
  }

  private runTopLevel(from: number): void {
    for (let index = from; index < this.actions.length; index++) {
      const action = this.actions[index];
      if (action === undefined) break;
      const future = this.invoker.invoke(action);
      if (future.isPending) {
        future.then(() => this.runTopLevel(index + 1));
        return;
      }
    }
    this.ended = true;
    this.endedAt = this.actions.length;
  }
}
