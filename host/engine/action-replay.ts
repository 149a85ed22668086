import { ActionType, actionName, isCompound, type Action, type RetryOptions } from './actions';
import { messageOf } from './failures';
import { EventWaits } from './event-waits';
import { Future, whenAll, whenAny } from './future';
import {
  EventType,
  type IncomingEvent,
  type ScheduledEvent,
  type StoredEvent,
  type TimedEvent,
} from './history';
import { TaskTable } from './task-table';

const DAY_MS = 86_400_000;
/** Azure's default for the longest pause between attempts. */
const MAX_RETRY_INTERVAL_MS = 6 * DAY_MS;

/** An action that this host cannot carry out; the instance fails with this message. */
export class RefusedActionError extends Error {
  override name = 'RefusedActionError';
}

export interface ReplayOptions {
  readonly executionId: string;
  readonly instanceId: string;
  /** Timers longer than this run in pieces of `longTimerIntervalMs`. */
  readonly maximumShortTimerMs: number;
  readonly longTimerIntervalMs: number;
}

/** Where an instance stands after its history was played against the actions of its orchestrator. */
export interface ReplayState {
  /** What is not in the history yet, in the order of its ids. */
  readonly scheduled: readonly ScheduledEvent[];
  readonly cancelledTimers: readonly number[];
  /** Activities, sub-orchestrations and timers under way hold completion; event waits do not. */
  readonly openTasks: number;
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
  private nowMs = 0;
  private readonly tasks = new TaskTable();
  private readonly events = new EventWaits();
  private readonly cancelled: number[] = [];
  private readonly whileSuspended: TimedEvent[] = [];
  private readonly carryOver: IncomingEvent[] = [];
  private continuation: string | null = null;
  private terminatedBecause: string | null = null;
  private suspended = false;
  private ended = false;

  constructor(
    private readonly actions: readonly Action[],
    private readonly options: ReplayOptions,
  ) {}

  /** Throws NonDeterminismError or RefusedActionError. */
  play(history: readonly TimedEvent[]): ReplayState {
    for (const event of history) this.process(event);
    return {
      scheduled: this.tasks.scheduled,
      cancelledTimers: this.cancelled,
      openTasks: this.tasks.openCount,
      eventWaits: this.events.count,
      ended: this.ended,
      suspended: this.suspended,
      terminatedBecause: this.terminatedBecause,
      continueAsNew:
        this.continuation === null ? null : { input: this.continuation, carryOver: this.carryOver },
    };
  }

  private process(timed: TimedEvent): void {
    const { event } = timed;
    if (event.type === EventType.ExecutionResumed) {
      this.suspended = false;
      for (const missed of this.whileSuspended.splice(0)) this.process(missed);
    } else if (event.type === EventType.ExecutionTerminated) {
      this.terminatedBecause = event.reason;
    } else if (this.suspended) {
      this.whileSuspended.push(timed);
    } else if (event.type === EventType.ExecutionSuspended) {
      this.suspended = true;
    } else if (event.type === EventType.OrchestratorStarted) {
      this.nowMs = timed.atMs;
    } else {
      this.advance(event);
    }
  }

  private advance(event: StoredEvent): void {
    switch (event.type) {
      case EventType.ExecutionStarted:
        this.runTopLevel(0);
        break;
      case EventType.TaskScheduled:
      case EventType.SubOrchestrationInstanceCreated:
      case EventType.TimerCreated:
        this.tasks.confirm(event);
        break;
      case EventType.TaskCompleted:
      case EventType.SubOrchestrationInstanceCompleted:
      case EventType.TimerFired:
        this.tasks.take(event.taskId)?.complete();
        break;
      case EventType.TaskFailed:
      case EventType.SubOrchestrationInstanceFailed:
        this.tasks.take(event.taskId)?.fail();
        break;
      case EventType.EventRaised:
        if (this.continuation !== null) this.carryOver.push(event);
        else this.events.raise(event.name);
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
      const future = this.invoke(action);
      if (future.isPending) {
        future.then(() => this.runTopLevel(index + 1));
        return;
      }
    }
    this.ended = true;
  }

  private invoke(action: Action): Future {
    if (isCompound(action)) {
      const children = action.compoundActions.map((child) => this.invoke(child));
      return action.actionType === ActionType.WhenAny ? whenAny(children) : whenAll(children);
    }
    switch (action.actionType) {
      case ActionType.CallActivity:
        return this.callActivity(action.functionName, action.input);
      case ActionType.CallActivityWithRetry:
        return this.retry(action.retryOptions, () => this.callActivity(action.functionName, action.input));
      case ActionType.CallSubOrchestrator:
        return this.callSubOrchestrator(action.functionName, action.input, action.instanceId);
      case ActionType.CallSubOrchestratorWithRetry:
        return this.retry(action.retryOptions, () =>
          this.callSubOrchestrator(action.functionName, action.input, action.instanceId),
        );
      case ActionType.ContinueAsNew:
        this.continuation = json(action.input);
        return Future.completed();
      case ActionType.CreateTimer:
        return this.createTimer(new Date(action.fireAt).getTime(), () => action.isCanceled);
      case ActionType.WaitForExternalEvent:
        return this.events.wait(action.externalEventName);
      default:
        throw new RefusedActionError(`this host does not carry out ${actionName(action)} actions`);
    }
  }

  private callActivity(name: string, input: unknown): Future {
    const inputText = json(input);
    return this.tasks.schedule(() => ({ type: EventType.TaskScheduled, name, input: inputText })).future;
  }

  private callSubOrchestrator(name: string, input: unknown, instanceId: string | undefined): Future {
    const { executionId, instanceId: parentId } = this.options;
    if (instanceId === parentId) {
      throw new RefusedActionError(
        `sub-orchestration '${name}' has the instance id of its own parent, '${parentId}'`,
      );
    }
    const inputText = json(input);
    return this.tasks.schedule((id) => ({
      type: EventType.SubOrchestrationInstanceCreated,
      name,
      input: inputText,
      instanceId: instanceId === undefined || instanceId === '' ? `${executionId}:${id}` : instanceId,
    })).future;
  }

  /** Every failed attempt, the last one too, is followed by its pause; only then does the failure show. */
  private retry(options: RetryOptions, attempt: () => Future): Future {
    const result = new Future();
    const startedMs = this.nowMs;
    const run = (count: number): void =>
      attempt().then((failed) => {
        if (!failed) return result.complete();
        if (this.nowMs >= startedMs + (options.retryTimeoutInMilliseconds ?? Infinity)) return result.fail();
        this.startTimer(this.nowMs + retryDelayMs(options, count)).future.then(() => {
          if (count + 1 >= options.maxNumberOfAttempts) result.fail();
          else run(count + 1);
        });
      });
    run(0);
    return result;
  }

  private createTimer(fireAtMs: number, isCancelled: () => boolean): Future {
    if (Number.isNaN(fireAtMs)) throw new RefusedActionError('a timer was created for an invalid date');
    const { maximumShortTimerMs, longTimerIntervalMs } = this.options;
    const result = new Future();
    const piece = (atMs: number): void => {
      const { id, future } = this.startTimer(atMs);
      if (isCancelled()) {
        this.tasks.take(id);
        this.cancelled.push(id);
        result.fail();
        return;
      }
      future.then(() => {
        if (this.nowMs >= fireAtMs) result.complete();
        else piece(Math.min(fireAtMs, this.nowMs + longTimerIntervalMs));
      });
    };
    piece(fireAtMs - this.nowMs > maximumShortTimerMs ? this.nowMs + longTimerIntervalMs : fireAtMs);
    return result;
  }

  private startTimer(fireAtMs: number): ReturnType<TaskTable['schedule']> {
    return this.tasks.schedule(() => ({ type: EventType.TimerCreated, fireAtMs }));
  }
}

const retryDelayMs = (options: RetryOptions, failures: number): number =>
  Math.ceil(
    Math.min(
      options.firstRetryIntervalInMilliseconds * (options.backoffCoefficient ?? 1) ** failures,
      options.maxRetryIntervalInMilliseconds ?? MAX_RETRY_INTERVAL_MS,
    ),
  );

/** JSON text of a value; what JSON has no word for is null. Throws RefusedActionError on a BigInt or a cycle. */
export const json = (value: unknown): string => {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch (error) {
    throw new RefusedActionError(`a value is no JSON: ${messageOf(error)}`, { cause: error });
  }
};
