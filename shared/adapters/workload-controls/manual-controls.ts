import type { ControlOperation, ControlOutcome, ControlRequest } from '../../contracts/controls';
import type { Role } from '../../contracts/principal';
import type { WorkloadControls } from '../../ports/workload-controls';

/** What a person has to do and state, so that the statement alone tells what was seen. `%` stands for the deployment meant. */
const QUESTIONS: Readonly<Record<ControlOperation, string>> = {
  freeze:
    'Forbid deployments and configuration changes on %. Confirm from when the freeze holds and who was told.',
  unfreeze: 'Lift the freeze on %. Confirm that deployments are possible again and who was told.',
  stop: 'Stop % by its documented procedure: no new work, what is under way finished, writes refused. Confirm that nothing is in flight and nobody has access, and say how you saw it.',
  start:
    'Start %. Confirm that it serves, quote what its startup log shows, and say whether it takes writes.',
  status: 'Look at %. State whether it serves, whether it takes writes, and what is under way.',
  health: 'Run the health check of %. State its result and where it is recorded.',
  restore:
    'Import what was copied into % with its own tool. Confirm the result and say where its log is kept.',
  switch:
    'Send users to %, close the other side for writes before and open this one for writes after. Say what was changed and where the configuration before is kept; quote no secrets.',
};

/** Controls of a workload that only people can operate: every operation asks for a statement. Holds no state. */
export class ManualControls implements WorkloadControls {
  async perform(operation: ControlOperation, request: ControlRequest): Promise<ControlOutcome> {
    const question = [
      QUESTIONS[operation].replace('%', `the ${request.side} of ${request.workloadId}`),
      ...detailsOf(operation, request),
    ].join(' ');
    return { kind: 'needsStatement', request: { question, roles: [...ROLES] } };
  }
}

/** Whoever operates the workload or answers for it knows. */
const ROLES: readonly Role[] = ['operator', 'owner'];

function detailsOf(operation: ControlOperation, { configuration, writable }: ControlRequest): string[] {
  if (operation === 'start' && writable !== undefined)
    return [writable ? 'It must take writes.' : 'It must stay read-only.'];
  if (operation === 'switch' && configuration !== undefined)
    return [`Restore this configuration: ${JSON.stringify(configuration).slice(0, 1_000)}`];
  return [];
}
