import type { MigrateSpec } from '../../contracts/azure-migrate';
import type { RunbookStepDefinition, RunbookStepKind } from '../../contracts/runbook';

type SpecStep = MigrateSpec['spec']['workstreams'][number]['steps'][number];

/** What a step waits for, by the reference that binds it to its work. */
export const kindOf = (stepRef: string | undefined): RunbookStepKind => {
  if (stepRef === 'common.approval') return 'approval';
  return stepRef === 'common.manual' ? 'manual' : 'automatic';
};

/** A step's own id; null where the document gives it none. */
export const stepIdOf = ({ stepId, id }: Pick<SpecStep, 'stepId' | 'id'>): string | null =>
  stepId ?? id ?? null;

/** The steps of a runbook in the order of its workstreams. Those without an id can't be acted on and are left out. */
export const specSteps = ({ spec }: MigrateSpec): RunbookStepDefinition[] =>
  spec.workstreams.flatMap(({ steps }) =>
    steps.flatMap((step) => {
      const id = stepIdOf(step);
      if (id === null) return [];
      return [{ id, name: (step.displayName ?? id).slice(0, 200), kind: kindOf(step.stepRef) }];
    }),
  );
