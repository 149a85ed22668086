import type { EnvironmentRound } from '../../orchestrations/activities';
import type { Environment, EnvironmentStatus } from '../../shared/contracts/environment';
import { MigrationError, type ErrorCode } from '../../shared/contracts/errors';
import { deploymentName, deploymentParameters } from '../../shared/domain/environments';
import { endAction, keptTemplate } from '../../shared/ledger/environment-run';
import { readEnvironment } from '../../shared/ledger/environments';
import type { DeploymentContent, DeploymentTarget } from '../../shared/ports/azure-resources';
import type { Services } from '../services';

/** What the activities of environments work with. */
export type Used = Pick<Services, 'ledger' | 'azure' | 'clock' | 'endpoints' | 'scripts'>;

export const ENDED = { kind: 'ended' } as const;

/** The environment while a round of an action is under way; null where that has ended. */
export const inRound = async (
  { ledger }: Pick<Services, 'ledger'>,
  { environmentId, round }: EnvironmentRound,
): Promise<Environment | null> => {
  const { body } = await readEnvironment(ledger, environmentId);
  return body.active && body.round === round ? body : null;
};

export const targetOf = (environment: Environment): DeploymentTarget => ({
  subscriptionId: environment.subscriptionId,
  resourceGroup: environment.resourceGroup,
  name: environment.deployment?.name ?? deploymentName(environment),
});

/** Template and parameters; null where the customer's own pipeline deploys. */
export const contentOf = async (
  { ledger }: Pick<Services, 'ledger'>,
  environment: Environment,
): Promise<DeploymentContent | null> => {
  const kept = await keptTemplate(ledger, environment.id);
  if (!kept || environment.definition.kind === 'external') return null;
  return { template: kept.body.template, parameters: deploymentParameters(environment) };
};

/** Ends the action with what stood in its way. */
export const giveUp = async (
  { ledger }: Pick<Services, 'ledger'>,
  { environmentId, round }: EnvironmentRound,
  status: EnvironmentStatus,
  { code, reason }: { readonly code: string; readonly reason: string },
  by = 'causeway',
): Promise<typeof ENDED> => {
  const problem = { code, reason: reason.slice(0, 4_000) };
  await endAction(ledger, environmentId, round, { status, summary: `${status}: ${reason}`, by, problem });
  return ENDED;
};

/** Trying again mends none of these: a person has to. */
const LASTING: ReadonlySet<ErrorCode> = new Set([
  'identity-unavailable',
  'unauthenticated',
  'forbidden',
  'invalid-input',
  'not-found',
  'unsupported',
]);

/** Does the work, and ends the action where it cannot be done however often it is tried. */
export const orGiveUp = async <T>(
  services: Used,
  round: EnvironmentRound,
  work: (environment: Environment) => Promise<T>,
): Promise<T | typeof ENDED> => {
  const environment = await inRound(services, round);
  if (!environment) return ENDED;
  try {
    return await work(environment);
  } catch (error) {
    if (!(error instanceof MigrationError) || !LASTING.has(error.code)) throw error;
    return giveUp(services, round, 'refused', { code: error.code, reason: error.message });
  }
};

export const failEnvironment = async (
  services: Used,
  { reason, ...round }: EnvironmentRound & { readonly reason: string },
): Promise<null> => {
  await giveUp(services, round, 'failed', { code: 'gave-up', reason });
  return null;
};
