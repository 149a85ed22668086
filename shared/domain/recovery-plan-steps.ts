import { MigrationError } from '../contracts/errors';
import type { RunbookExecution, RunbookStepDefinition, RunbookStepState } from '../contracts/runbook';
import type { RecoveryPlanStatus } from '../contracts/site-recovery';

/** Operations of a plan in the order a migration makes them; each is a step that Causeway lets go, but for the first. */
export const recoveryPlanSteps = (reProtect: boolean): RunbookStepDefinition[] => [
  { id: 'test-failover', name: 'Test failover', kind: 'automatic' },
  { id: 'test-clean-up', name: 'Look at the test machines, then clean up', kind: 'manual' },
  { id: 'planned-failover', name: 'Planned failover', kind: 'approval' },
  { id: 'commit', name: 'Commit the failover', kind: 'approval' },
  ...(reProtect
    ? [{ id: 're-protect', name: 'Replicate back to the source', kind: 'approval' } as const]
    : []),
];

/** The step that a scenario of the service is. */
const STEP_OF: Readonly<Record<string, string>> = {
  TestFailover: 'test-failover',
  TestFailoverCleanup: 'test-clean-up',
  PlannedFailover: 'planned-failover',
  CommitFailover: 'commit',
  ReverseReplication: 're-protect',
};

/** What has to be among the plan's allowed operations before a step may be let go. */
export const OPERATION_OF: Readonly<Record<string, string>> = {
  'test-failover': 'TestFailover',
  'test-clean-up': 'TestFailoverCleanup',
  'planned-failover': 'PlannedFailover',
  commit: 'Commit',
};

const DOUBTFUL: Readonly<Record<string, RunbookStepState>> = {
  PartiallySucceeded: 'PartiallySucceeded',
  Skipped: 'Skipped',
};

interface Position {
  readonly index: number;
  readonly state: RunbookStepState;
}

/** How far the plan has come: the step its present scenario is, and how that one is. */
const positionOf = (
  { properties }: RecoveryPlanStatus,
  definition: readonly RunbookStepDefinition[],
): Position => {
  const scenario = properties.currentScenario?.scenarioName ?? '';
  const index = definition.findIndex(({ id }) => id === STEP_OF[scenario]);
  if (index < 0)
    throw new MigrationError(
      'unsupported',
      `the recovery plan is in a scenario that is no part of this: ${scenario || 'none'}`,
    );
  const said = properties.currentScenarioStatus ?? '';
  const words = properties.currentScenarioStatusDescription ?? '';
  switch (said) {
    case 'Succeeded':
      // It rests suspended until it is cleaned up: one that is through has been.
      if (scenario === 'TestFailover') return { index: index + 1, state: 'Succeeded' };
      return { index, state: DOUBTFUL[words] ?? 'Succeeded' };
    case 'Suspended':
      // A test failover rests so until it is cleaned up; anything else that is suspended waits for people in the service.
      return { index, state: words === 'WaitingForStopTestFailover' ? 'Succeeded' : 'InProgress' };
    case 'Failed':
      return { index, state: 'Failed' };
    case 'Cancelled':
      return { index, state: 'Cancelled' };
    case 'NotStarted':
    case 'InProgress':
      return { index, state: 'InProgress' };
    default:
      throw new MigrationError(
        'unsupported',
        `the recovery plan is in an unknown state: ${said.slice(0, 100)}`,
      );
  }
};

/** A run out of what the plan says; throws `unsupported` for what nobody here knows. */
export const recoveryPlanExecution = (
  runId: string,
  plan: RecoveryPlanStatus,
  definition: readonly RunbookStepDefinition[],
): RunbookExecution => {
  const at = positionOf(plan, definition);
  const isThrough = !['InProgress', 'Failed', 'Cancelled'].includes(at.state);
  const stateOf = (index: number): RunbookStepState => {
    if (index < at.index) return 'Succeeded';
    if (index === at.index) return at.state;
    return isThrough && index === at.index + 1 ? 'AwaitingUserAction' : 'NotStarted';
  };
  const steps = definition.map((step, index) => ({
    ...step,
    state: stateOf(index),
    entities: { total: 0, done: 0, failed: 0 },
    detail:
      index === at.index ? (plan.properties.currentScenarioStatusDescription ?? '').slice(0, 1_000) : '',
  }));
  if (at.state === 'Failed' || at.state === 'Cancelled') return { runId, state: at.state, steps };
  return {
    runId,
    state: isThrough && at.index === definition.length - 1 ? 'Completed' : 'InProgress',
    steps,
  };
};
