import type { Evidence, StepResult } from '../../../shared/contracts/step';
import { postgresAssetsOf } from '../../../shared/domain/assets';
import type { Step, StepContext } from '../step';

export type EachDone =
  /** Facts of each database, by the asset's id. */
  | { readonly kind: 'done'; readonly facts: Evidence['facts'] }
  | { readonly kind: 'stopped'; readonly result: StepResult };

/** One step after another for every database of a workload that is moved offline. */
export const eachWithFacts =
  (step: Step) =>
  async (context: StepContext): Promise<EachDone> => {
    const facts: Evidence['facts'] = {};
    if (context.cutover.workload.method === 'online') return { kind: 'done', facts };
    for (const { id } of postgresAssetsOf(context.cutover.workload)) {
      const input = { ...context.order.input, assetId: id };
      const result = await step({ ...context, order: { ...context.order, input } });
      if (result.kind !== 'done') return { kind: 'stopped', result };
      facts[id] = result.evidence.facts;
    }
    return { kind: 'done', facts };
  };

/** The same where nobody asks for facts; null where all are done. */
export const each = (step: Step) => {
  const all = eachWithFacts(step);
  return async (context: StepContext): Promise<StepResult | null> => {
    const ended = await all(context);
    return ended.kind === 'stopped' ? ended.result : null;
  };
};
