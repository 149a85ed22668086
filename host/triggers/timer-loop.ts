import type { ListenerContext, LoadedFunction } from '../function-app';
import { invokeWithRetry } from './retry-policy';
import type { TimerSchedule } from './timer-schedule';
import type { TimerStatus, TimerStatusFile } from './timer-status';

export interface TimerTrigger {
  readonly fn: LoadedFunction;
  /** Schedule and time zone as text: a status stored for another text does not count. */
  readonly scheduleText: string;
  readonly schedule: TimerSchedule;
  readonly runOnStartup: boolean;
  /** Otherwise a run missed while the host was down stays missed. */
  readonly isMonitored: boolean;
}

/** What .NET shows for a date that never was. */
const NEVER = '0001-01-01T00:00:00+00:00';

/** Runs one timer function: never two runs at a time, and a missed run once. The status is stored when a run has ended. */
export class TimerLoop {
  readonly #stopping = new AbortController();
  readonly #statusFile: TimerStatusFile | null;
  #status: TimerStatus;
  #running: Promise<void> = Promise.resolve();
  #forgetAlarm: () => void = () => undefined;

  constructor(
    private readonly trigger: TimerTrigger,
    statusFile: TimerStatusFile,
    private readonly context: ListenerContext,
  ) {
    const { fn, scheduleText, isMonitored } = trigger;
    this.#statusFile = isMonitored ? statusFile : null;
    const stored = this.#statusFile?.read(fn.name, scheduleText) ?? null;
    this.#status = stored ?? this.#statusAfter(null, context.clock.now());
    if (stored === null) this.#statusFile?.write(fn.name, scheduleText, this.#status);
  }

  start(): void {
    const isPastDue = this.#status.nextMs < this.context.clock.now();
    if (isPastDue || this.trigger.runOnStartup) this.#run(isPastDue);
    else this.#arm();
  }

  async drain(): Promise<void> {
    this.#stopping.abort();
    this.#forgetAlarm();
    await this.#running;
  }

  #arm(): void {
    if (this.#stopping.signal.aborted) return;
    this.#forgetAlarm = this.context.clock.at(this.#status.nextMs, () => this.#run(false));
  }

  #run(isPastDue: boolean): void {
    this.#running = this.#runOnce(isPastDue).catch((error: unknown) => this.context.fatal(error));
  }

  async #runOnce(isPastDue: boolean): Promise<void> {
    const startedMs = this.context.clock.now();
    const { fn, scheduleText } = this.trigger;
    const triggerData = timerInfo(isPastDue, this.#statusFile === null ? null : this.#status);
    const outcome = await invokeWithRetry(fn, () => ({ triggerData }), {
      clock: this.context.clock,
      log: this.context.log,
      stopping: this.#stopping.signal,
    });
    // Stopped between two attempts: the stored status still asks for this run.
    if (outcome === 'stopped') return;
    this.#status = this.#statusAfter(startedMs, this.context.clock.now());
    this.#statusFile?.write(fn.name, scheduleText, this.#status);
    this.#arm();
  }

  #statusAfter(lastMs: number | null, nowMs: number): TimerStatus {
    const nextMs = this.trigger.schedule.nextAfter(nowMs);
    if (nextMs === null)
      throw new Error(`The schedule ${this.trigger.scheduleText} has no occurrence any more`);
    return { lastMs, nextMs, updatedMs: nowMs };
  }
}

/** The value of `Timer` in @azure/functions. */
const timerInfo = (isPastDue: boolean, status: TimerStatus | null): Record<string, unknown> => ({
  isPastDue,
  schedule: { adjustForDST: true },
  scheduleStatus: status && {
    last: status.lastMs === null ? NEVER : new Date(status.lastMs).toISOString(),
    next: new Date(status.nextMs).toISOString(),
    lastUpdated: new Date(status.updatedMs).toISOString(),
  },
});
