import type { StepResult } from '../../shared/contracts/step';
import { environmentPartition, environmentType } from '../../shared/ledger/documents';
import { inspect } from '../activities/inspection';
import { failed, type StepContext } from './step';

/** Where the workload names the environment it moves to: provisioned by what was tested, and as it was then, now (R92 R93). */
export const targetNotReady = async ({ services, cutover }: StepContext): Promise<StepResult | null> => {
  const id = cutover.workload.targetEnvironment;
  if (id === undefined) return null;
  const stored = await services.ledger.store.read(environmentType, environmentPartition(id), id);
  if (!stored) return failed('target-not-ready', `there is no environment ${id}`);
  const environment = stored.body;
  const { status, active, action, workloadId } = environment;
  if (workloadId !== cutover.workloadId)
    return failed('target-not-ready', `environment ${id} belongs to ${workloadId}`);
  const isBusy = active && action !== 'inspect';
  if (isBusy || (status !== 'deployed' && status !== 'accepted'))
    return failed('target-not-ready', `environment ${id} is ${status}`);
  const { ready, findings } = await inspect(services, environment);
  if (ready) return null;
  const errors = findings.filter(({ severity }) => severity === 'error');
  const words = errors.map(({ resourceId, message }) => `${resourceId ?? id}: ${message}`);
  return failed('target-not-ready', words.join('; ').slice(0, 4_000), { findings: errors.slice(0, 50) });
};
