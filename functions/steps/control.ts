import type { ControlOperation, ControlReply, ControlRequest, Side } from '../../shared/contracts/controls';
import type { Evidence, StepResult } from '../../shared/contracts/step';
import { failed, type StepContext } from './step';

export type Controlled =
  | { readonly kind: 'replied'; readonly reply: ControlReply; readonly evidence: Evidence }
  /** No reply to go on with: hand this back. */
  | { readonly kind: 'stopped'; readonly result: StepResult };

/** Operations that only look: each look is a new question, a remembered answer would be stale. */
const LOOKS: ReadonlySet<ControlOperation> = new Set(['status', 'health']);

/** Asks the workload's controls for one operation of this step. A reply that says no is a failure with its reason. */
export const control = async (
  { services, cutover, order }: StepContext,
  operation: ControlOperation,
  side: Side,
  more: Pick<ControlRequest, 'configuration' | 'writable'> = {},
): Promise<Controlled> => {
  const look = LOOKS.has(operation) ? `.${services.clock.now().getTime()}` : '';
  const request: ControlRequest = {
    cutoverId: cutover.id,
    workloadId: cutover.workloadId,
    side,
    idempotencyKey: `${order.key}.${operation}${look}`.slice(0, 200),
    ...more,
  };
  const outcome = await services.controlsOf(cutover.workload).perform(operation, request);
  if (outcome.kind !== 'replied') return { kind: 'stopped', result: stopped(outcome) };
  if (!outcome.reply.ok)
    return {
      kind: 'stopped',
      result: failed(
        `${operation}-refused`,
        `${operation} of the ${side}: ${outcome.reply.detail.trim() || 'refused without saying why'}`,
      ),
    };
  return outcome;
};

type WithoutReply = Exclude<
  Awaited<ReturnType<ReturnType<StepContext['services']['controlsOf']>['perform']>>,
  { kind: 'replied' }
>;

const stopped = (outcome: WithoutReply): StepResult => {
  switch (outcome.kind) {
    case 'pending':
      return { kind: 'pending', retryAfterMs: outcome.retryAfterMs, detail: outcome.detail.slice(0, 500) };
    case 'needsStatement':
      return outcome;
    case 'failed':
      return failed(outcome.code, outcome.reason);
  }
};

/** Why a side is not healthy: what was said of it, or else what was answered. */
export const healthInWords = ({ detail, healthy, serving }: ControlReply): string =>
  detail.trim() ||
  `the answer was healthy ${healthy ? 'yes' : 'no'}, serving ${serving ? 'yes' : 'no'}, and nothing was said besides`;

/** The facts of a reply worth keeping. */
export const factsOf = (reply: ControlReply): Evidence['facts'] => ({
  side: reply.side,
  serving: reply.serving,
  writable: reply.writable,
  inFlight: reply.inFlight,
  healthy: reply.healthy,
  activeSide: reply.activeSide,
});
