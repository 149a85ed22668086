/**
 * The narrow part of the durable engine that orchestrations use. They are replayed: everything they learn comes through here,
 * and nothing else may differ between two runs of the same code.
 */
export interface Task {
  readonly isCompleted: boolean;
  readonly result?: unknown;
}

export interface TimerTask extends Task {
  cancel(): void;
}

export interface Durable {
  /** The engine's time of this step, in ms since 1970: the same at every replay. */
  nowMs(): number;
  /** Transient failures are retried by policy; then the failure is thrown at the yield. */
  activity(name: string, input: unknown): Task;
  /** `instanceId` must be unused; without one the engine derives it. */
  child(name: string, input: unknown, instanceId?: string): Task;
  /** At most six days ahead (longer timers can't be cancelled safely). */
  timer(atMs: number): TimerTask;
  /** Buffered when it comes before anybody waits. */
  event(name: string): Task;
  /** Use each activity, child or timer in one compound only; event waits may be used again. */
  all(tasks: readonly Task[]): Task;
  any(tasks: readonly Task[]): Task;
  /** Events received and not consumed are lost: state that matters is in the store. */
  continueAsNew(input: unknown): void;
}

/** What an orchestration yields and, in the end, returns. */
export type Workflow<T> = Generator<Task, T, unknown>;
