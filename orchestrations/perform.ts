import type { DecisionRequest, WorkOrder } from '../shared/contracts/step';
import type { Attempted } from './activities';
import type { Workflow } from './durable';
import { gate } from './gate';
import { reasonOf } from './reason-of';
import { call, isLong, waitForWake, type Run } from './run';

/** How a step ended, once there is nothing more to wait for. */
export type Performed = Exclude<Attempted, { kind: 'pending' | 'needsDecision' }>;

/**
 * Has a worker perform an order to its end. While it is pending it is asked again at the instant it named, or when woken. An
 * activity that keeps throwing counts as failed, so that a person decides. What the step needs decided is asked, and the step told
 * so. `interrupted` where commands wait, or where this execution has grown long: the caller starts afresh and orders the same again.
 */
export function* perform(run: Run, order: WorkOrder): Workflow<Performed> {
  for (;;) {
    const result = yield* attempt(run, order);
    if (result.kind === 'needsDecision') {
      if ((yield* decided(run, order, result.question)) === 'interrupted') return { kind: 'interrupted' };
      continue;
    }
    if (result.kind !== 'pending') return result;
    if (isLong(run)) return { kind: 'interrupted' };
    if (result.untilMs !== null) yield* waitForWake(run, result.untilMs);
  }
}

/** Asks until it is answered, or nobody did in time: which of them it was, the step reads for itself. */
function* decided(
  run: Run,
  { cutoverId }: WorkOrder,
  { asks, topic, ...question }: DecisionRequest,
): Workflow<'closed' | 'interrupted'> {
  const outcome = yield* gate(run, {
    ...question,
    subject: `cutover:${cutoverId}`,
    gate: asks === 'approval' ? 'runbook-approval' : 'statement',
    stage: topic,
    choices: asks === 'approval' ? ['approve', 'reject'] : ['confirm', 'reject'],
    quorum: 'any',
  });
  return outcome.kind === 'interrupted' || outcome.status === 'withdrawn' ? 'interrupted' : 'closed';
}

/** The code of a failure that no step has named: its activity kept throwing. */
export const STEP_ERROR = 'step-error';

/** One try at an order, as the worker answers it. */
export function* attempt(run: Run, order: WorkOrder): Workflow<Attempted> {
  try {
    return yield* call(run, 'performWork', order);
  } catch (error) {
    return { kind: 'failed', code: STEP_ERROR, reason: reasonOf(error), facts: {} };
  }
}
