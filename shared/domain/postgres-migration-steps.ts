import { MigrationError } from '../contracts/errors';
import type { PostgresStatus } from '../contracts/postgres-migration';
import type {
  ExecutionState,
  RunbookExecution,
  RunbookStepDefinition,
  RunbookStepState,
} from '../contracts/runbook';

const STATES: Readonly<Record<string, ExecutionState>> = {
  InProgress: 'InProgress',
  WaitingForUserAction: 'InProgress',
  Canceled: 'Cancelled',
  Failed: 'Failed',
  ValidationFailed: 'Failed',
  Succeeded: 'Completed',
  CleaningUp: 'InProgress',
};

/** The step that is under way in each part of the service's work. */
const STEP_OF: Readonly<Record<string, string>> = {
  PerformingPreRequisiteSteps: 'validate',
  ValidationInProgress: 'validate',
  WaitingForTargetDBOverwriteConfirmation: 'overwrite',
  MigratingData: 'migrate',
  WaitingForCutoverTrigger: 'cutover',
  CompletingMigration: 'complete',
  Completed: 'complete',
};

/** What a migration consists of, put into steps: the service itself knows parts of its work only. */
export const postgresSteps = (mode: 'Online' | 'Offline'): RunbookStepDefinition[] => [
  { id: 'validate', name: 'Validate', kind: 'automatic' },
  { id: 'overwrite', name: 'Overwrite databases on the target', kind: 'approval' },
  { id: 'migrate', name: 'Copy the data', kind: 'automatic' },
  ...(mode === 'Online' ? [{ id: 'cutover', name: 'Cut over', kind: 'approval' } as const] : []),
  { id: 'complete', name: 'Complete', kind: 'automatic' },
];

/** A run out of what the service says. Throws `unsupported` for a state nobody here knows. */
export const postgresExecution = (
  runId: string,
  { properties: { currentStatus } }: PostgresStatus,
  definition: readonly RunbookStepDefinition[],
): RunbookExecution => {
  const said = currentStatus?.state ?? 'InProgress';
  const state = STATES[said];
  if (state === undefined)
    throw new MigrationError(
      'unsupported',
      `the PostgreSQL migration is in an unknown state: ${said.slice(0, 100)}`,
    );
  const details = currentStatus?.currentSubStateDetails;
  const part = details?.currentSubState ?? '';
  const at = said === 'ValidationFailed' ? 'validate' : (STEP_OF[part] ?? 'validate');
  const position = definition.findIndex(({ id }) => id === at);
  const latencies = Object.values(details?.dbDetails ?? {}).flatMap(({ latency }) => latency ?? []);
  const lag = latencies.length > 0 ? `at most ${Math.max(...latencies)} s behind the source` : '';
  const detail = (state === 'Failed' ? (currentStatus?.error ?? '') : lag).slice(0, 1_000);
  const steps = definition.map((step, index) => ({
    ...step,
    state:
      index === position
        ? stateAt(state, said, step)
        : index < position || state === 'Completed'
          ? 'Succeeded'
          : 'NotStarted',
    entities: { total: 0, done: 0, failed: 0 },
    detail: index === position ? detail : '',
  })) satisfies RunbookExecution['steps'];
  return { runId, state, steps };
};

const stateAt = (state: ExecutionState, said: string, { kind }: RunbookStepDefinition): RunbookStepState => {
  if (state === 'Completed') return 'Succeeded';
  if (state === 'Failed' || state === 'Cancelled') return state;
  return said === 'WaitingForUserAction' && kind === 'approval' ? 'AwaitingUserAction' : 'InProgress';
};
