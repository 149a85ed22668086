import type { Activities, ActivityName } from './activities';
import type { Durable, Task, Workflow } from './durable';

const SIX_DAYS_MS = 6 * 24 * 3_600_000;

/** After so many steps an orchestration starts afresh with its position, so that its history stays short. */
const STEPS_BEFORE_FRESH_START = 150;

/** One execution of an orchestration: the engine, how much it has done so far, and the event it is woken by. */
export interface Run {
  readonly durable: Durable;
  steps: number;
  /** The open wait for `wake`, kept across timeouts: an abandoned one would swallow the next event. */
  wake: Task | null;
}

export const startRun = (durable: Durable): Run => ({ durable, steps: 0, wake: null });

export const isLong = (run: Run): boolean => run.steps >= STEPS_BEFORE_FRESH_START;

/** Calls an activity and returns its result; throws what it failed with after its retries. */
export function* call<N extends ActivityName>(
  run: Run,
  name: N,
  input: Activities[N]['input'],
): Workflow<Activities[N]['output']> {
  run.steps += 1;
  return (yield run.durable.activity(name, input)) as Activities[N]['output'];
}

/**
 * Whether it was woken since it waited or asked last; from here on it listens, also while it does something else: a wait for what has
 * come already would never end.
 */
export const wasWoken = (run: Run): boolean => {
  run.wake ??= run.durable.event('wake');
  if (!run.wake.isCompleted) return false;
  run.wake = null;
  return true;
};

/**
 * Waits until woken, at most until an instant (ms since 1970), past or not. Says nothing about why: read the state again. Where it was
 * woken since it waited last, its timer is due at once: an engine doesn't tell of what has ended before, and runs of before have a
 * timer there.
 */
export function* waitForWake(run: Run, until: number): Workflow<void> {
  run.steps += 1;
  const { durable } = run;
  const nowMs = durable.nowMs();
  const untilMs = run.wake?.isCompleted ? nowMs : until;
  const timer = durable.timer(Math.min(Math.max(untilMs, nowMs), nowMs + SIX_DAYS_MS));
  run.wake ??= durable.event('wake');
  yield durable.any([run.wake, timer]);
  if (run.wake.isCompleted) run.wake = null;
  if (!timer.isCompleted) timer.cancel();
}
