import type { Activities } from '../../orchestrations/activities';
import type { Environment, InspectionReport } from '../../shared/contracts/environment';
import type { Finding } from '../../shared/contracts/finding';
import { withTolerance } from '../../shared/domain/checklist';
import { driftFindings, groupScope, sortFindings } from '../../shared/domain/environments';
import { isMonitored, postureFindings } from '../../shared/domain/posture';
import { endAction, recordReport } from '../../shared/ledger/environment-run';
import { whyUntested } from '../../shared/ledger/environments';
import type { AzureResources } from '../../shared/ports/azure-resources';
import { goThroughChecklist } from './go-through-checklist';
import { contentOf, ENDED, orGiveUp, targetOf, type Used } from './environment-round';
import { statementToAsk } from './statements';

/** Owner and Contributor: more than any single workload's people or identities need in their group. */
const BROAD_ROLES: Readonly<Record<string, string>> = {
  '8e3af657-a8ff-443c-a75c-2fe8c4bcb635': 'Owner',
  'b24988ac-6180-42a0-ab88-20f7382dd24c': 'Contributor',
};

const HEALTH_SEVERITY = {
  unavailable: 'error',
  degraded: 'warning',
  unknown: 'note',
} as const;

const about = (
  resourceId: string | null,
  area: Finding['area'],
  severity: Finding['severity'],
  message: string,
): Finding => ({ area, severity, resourceId, message: message.slice(0, 2_000) });

/** Health, provisioning, data protection, identity, networking and monitoring of one resource (R93 R132 R134). */
const lookAtResource = async (azure: AzureResources, id: string): Promise<Finding[]> => {
  const resource = await azure.resource(id);
  if (!resource) return [about(id, 'provisioning', 'error', 'is not there')];
  const findings = postureFindings(resource);
  const state = resource.properties['provisioningState'];
  if (typeof state === 'string' && state.toLowerCase() !== 'succeeded')
    findings.push(about(id, 'provisioning', 'error', `is ${state}`));
  if (!isMonitored(resource.type)) return findings;
  const { state: health, summary } = await azure.health(id);
  if (health in HEALTH_SEVERITY)
    findings.push(about(id, 'health', HEALTH_SEVERITY[health as keyof typeof HEALTH_SEVERITY], summary));
  if ((await azure.diagnosticSettings(id)) === 0)
    findings.push(about(id, 'monitoring', 'warning', 'sends its logs and metrics nowhere'));
  return findings;
};

const lookAtGovernance = async (
  azure: AzureResources,
  environment: Environment,
  ids: ReadonlySet<string>,
): Promise<Finding[]> => {
  const scope = groupScope(environment);
  const { violations, roleAssignments } = await azure.governance(scope);
  const policy = violations
    .filter(({ resourceId }) => ids.has(resourceId.toLowerCase()))
    .map(({ resourceId, policy: name, effect }) =>
      about(resourceId, 'policy', effect === 'deny' ? 'error' : 'warning', `violates ${name} (${effect})`),
    );
  const access = roleAssignments
    .filter(({ scope: at }) => at.toLowerCase() === scope.toLowerCase())
    .flatMap(({ principalId, roleDefinition }) => {
      const role = BROAD_ROLES[roleDefinition];
      return role === undefined
        ? []
        : [about(null, 'access', 'warning', `${principalId} is ${role} of the group`)];
    });
  return [...policy, ...access];
};

const lookAtDrift = async (services: Used, environment: Environment): Promise<Finding[]> => {
  const { ledger, azure } = services;
  const untested = await whyUntested(ledger, environment);
  const findings = untested === null ? [] : [about(null, 'drift', 'error', untested)];
  if (environment.deployment?.definitionHash !== environment.definitionHash)
    findings.push(about(null, 'drift', 'error', 'was deployed by another definition than it has now'));
  const content = await contentOf(services, environment);
  if (content === null)
    return [
      ...findings,
      about(null, 'drift', 'note', 'what changed since is told by the next plan of its tool'),
    ];
  const predicted = await azure.whatIf(targetOf(environment), content);
  return predicted.kind === 'refused'
    ? [...findings, about(null, 'drift', 'warning', `cannot be told: ${predicted.reason}`)]
    : [...findings, ...driftFindings(predicted.changes)];
};

/** Looks at everything an environment consists of, now. Reads only. */
export const inspect = async (services: Used, environment: Environment): Promise<InspectionReport> => {
  const ids = environment.deployment?.resourceIds ?? [];
  const findings: Finding[] = [];
  // One after another: an inspection is in no hurry, and reads are counted by Azure.
  for (const id of ids) findings.push(...(await lookAtResource(services.azure, id)));
  const known = new Set(ids.map((id) => id.toLowerCase()));
  findings.push(...(await lookAtGovernance(services.azure, environment, known)));
  findings.push(...(await lookAtDrift(services, environment)));
  findings.push(...(await goThroughChecklist(services, environment)));
  const judged = withTolerance(findings, environment.checklist.items);
  return {
    at: services.clock.now().toISOString(),
    ready: !judged.some(({ severity }) => severity === 'error'),
    resources: ids.length,
    checklistVersion: environment.checklist.version,
    findings: sortFindings(judged),
  };
};

export const examineEnvironment = async (
  services: Used,
  input: Activities['examineEnvironment']['input'],
): Promise<Activities['examineEnvironment']['output']> => {
  const examined = await orGiveUp(services, input, async (environment) => {
    const statement = statementToAsk(environment);
    if (statement !== null) return statement;
    const { environmentId, round } = input;
    const report = await inspect(services, environment);
    await recordReport(services.ledger, environmentId, round, report, null);
    const summary = report.ready ? 'Nothing keeps it from being used' : 'It is not as it should be';
    await endAction(services.ledger, environmentId, round, { status: environment.status, summary });
    return ENDED;
  });
  return examined.kind === 'ended' ? null : examined;
};
