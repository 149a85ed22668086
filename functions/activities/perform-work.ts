import type { Attempted } from '../../orchestrations/activities';
import { WorkOrder, type StepResult } from '../../shared/contracts/step';
import { markOutage, obstacleNow } from '../../shared/ledger/moment-of-action';
import { claimWork } from '../../shared/ledger/work-records';
import type { Services } from '../services';

/**
 * Has the worker perform one order. Repeating it is harmless: a finished order returns its stored result, an unfinished one goes
 * on under a new claim. Gives way before it begins where commands wait for the cutover
 * or a guard refuses by now.
 */
export const performWork = async (services: Services, input: unknown): Promise<Attempted> => {
  const order = WorkOrder.parse(input);
  const claimed = await claimWork(services.ledger, order);
  if (claimed.kind === 'done') return attempted(services, claimed.result);
  if (await claimed.claim.interrupted()) return { kind: 'interrupted' };
  const obstacle = await obstacleNow(services.ledger, order.cutoverId, order.stage);
  if (obstacle) return obstacle;
  await markOutage(services.ledger, order.cutoverId, order.stage);
  const result = await services.worker.perform(order, claimed.claim);
  await claimed.settle(result);
  return attempted(services, result);
};

/** A wait becomes an instant here: it may be long until the orchestration hears of it. */
const attempted = ({ ledger }: Services, result: StepResult): Attempted =>
  result.kind === 'pending'
    ? {
        kind: 'pending',
        untilMs: result.retryAfterMs === 0 ? null : ledger.clock.now().getTime() + result.retryAfterMs,
      }
    : result;
