import type {
  ExecutionState,
  RunbookExecution,
  RunbookStepDefinition,
  RunbookStepState,
} from '../../contracts/runbook';

/** All that a release pipeline does, as seen from here. */
export const deploymentSteps: readonly RunbookStepDefinition[] = [
  { id: 'deploy', name: 'Deploy the release', kind: 'automatic' },
];

const STEP_STATES: Partial<Record<ExecutionState, RunbookStepState>> = { Completed: 'Succeeded' };

/** A run of a pipeline as a run of a runbook. `detail` says where to look and how it ended. */
export const deploymentExecution = (
  runId: string,
  state: ExecutionState,
  detail: string,
): RunbookExecution => {
  const entities = { total: 0, done: 0, failed: 0 };
  const stepState = STEP_STATES[state] ?? state;
  const steps = deploymentSteps.map((step) => ({
    ...step,
    state: stepState,
    entities,
    detail: detail.slice(0, 1_000),
  }));
  return { runId, state, steps };
};
