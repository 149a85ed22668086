import type { ChecklistItem, ScriptItem } from '../../shared/contracts/checklist';
import type { Environment } from '../../shared/contracts/environment';
import type { Finding } from '../../shared/contracts/finding';
import { statementFindings } from '../../shared/domain/checklist';
import type { Used } from './environment-round';
import { endpointProblems } from './look-at-endpoints';

const finding = (area: Finding['area'], message: string): Finding => ({
  area,
  severity: 'error',
  resourceId: null,
  message: message.slice(0, 2_000),
});

type EndpointItem = Extract<ChecklistItem, { kind: 'endpoint' }>;

export const endpointsOf = ({ checklist }: Pick<Environment, 'checklist'>): EndpointItem[] =>
  checklist.items.filter((item) => item.kind === 'endpoint');

/** Has a script of the customer's judge the environment: what it found stands among the findings under the item's name. */
const runScript = async (
  { scripts }: Used,
  environment: Environment,
  item: ScriptItem,
): Promise<Finding[]> => {
  const { id: environmentId, workloadId, kind, subscriptionId, resourceGroup, definitionHash } = environment;
  const { name = '', outputs = {}, resourceIds = [] } = environment.deployment ?? {};
  const outcome = await scripts.run(item, {
    environmentId,
    workloadId,
    kind,
    subscriptionId,
    resourceGroup,
    definitionHash,
    checklistVersion: environment.checklist.version,
    itemId: item.id,
    deployment: { name, outputs, resourceIds },
  });
  if (outcome.kind === 'failed')
    return [finding('checklist', `${item.id}: could not be run: ${outcome.reason}`)];
  return outcome.findings.map(({ severity, resourceId, message }) => ({
    area: 'checklist',
    severity,
    resourceId,
    message: `${item.id}: ${message}`.slice(0, 2_000),
  }));
};

/** What the checklist finds beyond the inspection's own findings: connections, scripts, statements (R94 R95). Reads only. */
export const goThroughChecklist = async (services: Used, environment: Environment): Promise<Finding[]> => {
  const scripts = environment.checklist.items.filter((item) => item.kind === 'script');
  const [problems, answers] = await Promise.all([
    endpointProblems(services.endpoints, endpointsOf(environment)),
    Promise.all(scripts.map((item) => runScript(services, environment, item))),
  ]);
  return [
    ...problems.map((problem) => finding('connectivity', problem)),
    ...answers.flat(),
    ...statementFindings(environment),
  ];
};
