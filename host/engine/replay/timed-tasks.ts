import type { Action, CreateTimerAction, RetryAction, RetryOptions } from './actions';
import { Future } from './future';
import { EventType } from '../history';
import { RefusedActionError } from './refused-action';
import type { TaskTable } from './task-table';

const DAY_MS = 86_400_000;
/** Azure's default for the longest pause between attempts. */
const MAX_RETRY_INTERVAL_MS = 6 * DAY_MS;

export interface TimerLimits {
  /** Timers longer than this run in pieces of `longTimerIntervalMs`. */
  readonly maximumShortTimerMs: number;
  readonly longTimerIntervalMs: number;
}

/** The tasks of a replay that go by its time: timers, their pieces, and the pauses between attempts. */
export class TimedTasks {
  /** The time of the episode that is played. */
  nowMs = 0;
  readonly cancelled: number[] = [];
  private readonly running = new Set<() => boolean>();

  constructor(
    private readonly tasks: TaskTable,
    private readonly limits: TimerLimits,
  ) {}

  /** Every failed attempt is followed by a timer, the last one by one that is due at once; only then does the failure show. */
  retry(action: RetryAction, attempt: () => Future): Future {
    const { retryOptions: options } = action;
    if (!(options.maxNumberOfAttempts >= 1))
      throw new RefusedActionError(
        `a retry has ${options.maxNumberOfAttempts} attempts; it needs one at least`,
      );
    const result = new Future();
    const startedMs = this.nowMs;
    const run = (count: number): void =>
      attempt().then((failed) => {
        if (!failed) return result.complete();
        if (count + 1 >= options.maxNumberOfAttempts) return this.pause(action, 0).then(() => result.fail());
        if (this.nowMs >= startedMs + (options.retryTimeoutInMilliseconds ?? Infinity)) return result.fail();
        this.pause(action, retryDelayMs(options, count)).then(() => run(count + 1));
      });
    run(0);
    return result;
  }

  /** True where a timer that ran when it was played has been cancelled since. */
  get hasNewlyCancelled(): boolean {
    return [...this.running].some((isCancelled) => isCancelled());
  }

  timer(action: CreateTimerAction): Future {
    const fireAtMs = new Date(action.fireAt).getTime();
    const isCancelled = (): boolean => action.isCanceled;
    if (Number.isNaN(fireAtMs)) throw new RefusedActionError('a timer was created for an invalid date');
    const { maximumShortTimerMs, longTimerIntervalMs } = this.limits;
    const result = new Future();
    this.running.add(isCancelled);
    const piece = (atMs: number): void => {
      const { id, future } = this.start(action, atMs);
      if (isCancelled()) {
        this.tasks.take(id);
        this.cancelled.push(id);
        this.running.delete(isCancelled);
        result.fail();
        return;
      }
      future.then(() => {
        if (this.nowMs < fireAtMs) return piece(Math.min(fireAtMs, this.nowMs + longTimerIntervalMs));
        this.running.delete(isCancelled);
        result.complete();
      });
    };
    piece(fireAtMs - this.nowMs > maximumShortTimerMs ? this.nowMs + longTimerIntervalMs : fireAtMs);
    return result;
  }

  /** A short timer that nobody can cancel. */
  pause(owner: Action, ms: number): Future {
    return this.start(owner, this.nowMs + ms).future;
  }

  private start(owner: Action, fireAtMs: number): ReturnType<TaskTable['schedule']> {
    return this.tasks.schedule(owner, () => ({ type: EventType.TimerCreated, fireAtMs }));
  }
}

const retryDelayMs = (options: RetryOptions, failures: number): number =>
  Math.ceil(
    Math.min(
      options.firstRetryIntervalInMilliseconds * (options.backoffCoefficient ?? 1) ** failures,
      options.maxRetryIntervalInMilliseconds ?? MAX_RETRY_INTERVAL_MS,
    ),
  );
