import type { MigrateStatus } from '../../contracts/azure-migrate';
import { MigrationError } from '../../contracts/errors';
import {
  ExecutionState,
  RunbookStepState,
  type RunbookExecution,
  type RunbookStep,
  type RunbookStepDefinition,
} from '../../contracts/runbook';
import { kindOf, stepIdOf } from './spec-steps';

type Workstream = NonNullable<MigrateStatus['executionStatus']['workstreams']>[number];
type StatusStep = NonNullable<Workstream['steps']>[number];

/** What the status document says of a whole run where the run itself has another word for it. */
const COORDINATOR: Readonly<Record<string, ExecutionState>> = {
  notstarted: 'Queued',
  awaitinguseraction: 'InProgress',
  succeeded: 'Completed',
  partiallysucceeded: 'Completed',
  skipped: 'Completed',
};

const wordIn = <T extends string>(words: readonly T[], text: string): T | undefined =>
  words.find((word) => word.toLowerCase() === text.toLowerCase());

/** Throws `unsupported` for a word nobody here knows: guessing would let a run go on, or hold it, for no reason. */
export const executionState = (text: string | null | undefined): ExecutionState => {
  if (text === undefined || text === null || text === '') return 'Queued';
  const state = wordIn(ExecutionState.options, text) ?? COORDINATOR[text.toLowerCase()];
  if (state === undefined)
    throw new MigrationError(
      'unsupported',
      `Azure Migrate's run is in an unknown state: ${text.slice(0, 100)}`,
    );
  return state;
};

const stepState = (step: StatusStep): RunbookStepState => {
  const text = step.status ?? step.state ?? 'NotStarted';
  const state = wordIn(RunbookStepState.options, text);
  if (state === undefined)
    throw new MigrationError(
      'unsupported',
      `step ${stepIdOf(step) ?? '?'} of Azure Migrate's run is in an unknown state: ${text.slice(0, 100)}`,
    );
  return state;
};

const DONE = new Set(['succeeded', 'completed', 'skipped']);

const entitiesOf = ({ entityExecutions }: StatusStep): RunbookStep['entities'] => {
  const states = (entityExecutions ?? []).map(({ status, state }) => (status ?? state ?? '').toLowerCase());
  return {
    total: states.length,
    done: states.filter((state) => DONE.has(state)).length,
    failed: states.filter((state) => state === 'failed').length,
  };
};

/**
 * A run out of its status document. Names and kinds of steps come from the definition where the document does not repeat them; steps it
 * does not list have not started.
 */
export const executionOf = (
  runId: string,
  { executionStatus }: MigrateStatus,
  definition: readonly RunbookStepDefinition[],
): RunbookExecution => {
  const defined = new Map(definition.map((step) => [step.id, step]));
  const steps = (executionStatus.workstreams ?? []).flatMap((workstream) =>
    (workstream.steps ?? []).flatMap((step): RunbookStep[] => {
      const id = stepIdOf(step);
      if (id === null) return [];
      const known = defined.get(id);
      return [
        {
          id,
          name: (step.displayName ?? known?.name ?? id).slice(0, 200),
          kind: step.stepRef === undefined ? (known?.kind ?? 'automatic') : kindOf(step.stepRef),
          state: stepState(step),
          entities: entitiesOf(step),
          detail: step.message ?? '',
        },
      ];
    }),
  );
  return { runId, state: executionState(executionStatus.state ?? executionStatus.status), steps };
};
