import type { WorkOrder } from '../shared/contracts/step';
import type { Attempted } from './activities';
import type { Workflow } from './durable';
import { call, isLong, waitForWake, type Run } from './run';

/** How a step ended, once there is nothing more to wait for. */
export type Performed = Exclude<Attempted, { kind: 'pending' }>;

/**
 * Has a worker perform an order to its end. While it is pending it is asked again at the instant it named, or when woken. An
 * activity that keeps throwing counts as failed, so that a person decides. `interrupted` where commands wait, or where this
 * execution has grown long: the caller starts afresh and orders the same again.
 */
export function* perform(run: Run, order: WorkOrder): Workflow<Performed> {
  for (;;) {
    const result = yield* attempt(run, order);
    if (result.kind !== 'pending') return result;
    if (isLong(run)) return { kind: 'interrupted' };
    if (result.untilMs !== null) yield* waitForWake(run, result.untilMs);
  }
}

function* attempt(run: Run, order: WorkOrder): Workflow<Attempted> {
  try {
    return yield* call(run, 'performWork', order);
  } catch (error) {
    return { kind: 'failed', code: 'step-error', reason: reasonOf(error), facts: {} };
  }
}

export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, 2_000);
