// The paths of Resource Manager that the stand-in serves.
import { armError as error, type Arm, type ArmReply, type ArmRequest } from './arm-messages';
import type { DeploymentBody, StoredDeployment } from './arm-state';
import { checkConnectivity, listNetworkWatchers } from './network-watcher';
import { InvalidTemplate } from './template-expressions';

type Handler = (arm: Arm, match: RegExpExecArray, request: ArmRequest) => ArmReply;

const group = (match: RegExpExecArray, index: number): string => match[index] ?? '';
const GROUP = '/subscriptions/([^/]+)/resourcegroups/([^/]+)';
const DEPLOYMENT = `${GROUP}/providers/microsoft.resources/deployments/([^/]+)`;

/** Answers where the group is there and the template can be evaluated. */
const withTemplate =
  (work: (arm: Arm, match: RegExpExecArray, body: DeploymentBody) => ArmReply): Handler =>
  (arm, match, { body }) => {
    if (!arm.state.groups.has(arm.state.groupKey(group(match, 1), group(match, 2))))
      return error(404, 'ResourceGroupNotFound', `Resource group '${group(match, 2)}' could not be found.`);
    try {
      return work(arm, match, body as DeploymentBody);
    } catch (caught) {
      if (!(caught instanceof InvalidTemplate)) throw caught;
      return error(400, 'InvalidTemplate', `Deployment template validation failed: '${caught.message}'.`);
    }
  };

const deploymentBody = (deployment: StoredDeployment) => ({
  id: `/subscriptions/${deployment.subscriptionId}/resourceGroups/${deployment.resourceGroup}/providers/Microsoft.Resources/deployments/${deployment.name}`,
  name: deployment.name,
  type: 'Microsoft.Resources/deployments',
  properties: {
    mode: 'Incremental',
    provisioningState: deployment.state,
    timestamp: '2026-11-21T00:00:00.0000000Z',
    correlationId: '00000000-0000-0000-0000-000000000000',
    ...(deployment.state === 'Succeeded' && {
      outputs: deployment.outputs,
      outputResources: deployment.resources.map(({ id }) => ({ id })),
    }),
    ...(deployment.state === 'Failed' && { error: deployment.error }),
  },
});

const deploymentKey = (match: RegExpExecArray): string =>
  `${group(match, 1)}/${group(match, 2)}/${group(match, 3)}`.toLowerCase();

const putDeployment = withTemplate((arm, match, body) => {
  const present = arm.state.deployments.get(deploymentKey(match));
  if (present && (present.state === 'Accepted' || present.state === 'Running'))
    return error(409, 'DeploymentActive', 'Unable to edit or replace deployment: it is still active.');
  const subscriptionId = group(match, 1);
  const resourceGroup = group(match, 2);
  const failure = arm.nextDeploymentFails;
  arm.nextDeploymentFails = null;
  const deployment: StoredDeployment = {
    ...arm.state.evaluate(subscriptionId, resourceGroup, body),
    name: group(match, 3),
    subscriptionId,
    resourceGroup,
    state: 'Accepted',
    looksLeft: arm.looks,
    error: failure && { code: 'DeploymentFailed', message: 'At least one failed.', details: [failure] },
  };
  arm.state.deployments.set(deploymentKey(match), deployment);
  const status = `/subscriptions/${subscriptionId}/resourcegroups/${resourceGroup}/providers/Microsoft.Resources/deployments/${deployment.name}/operationStatuses/1`;
  const headers = {
    'azure-asyncoperation': `${arm.endpoint}${status}?api-version=2021-04-01`,
    'retry-after': '0',
  };
  return { status: 201, headers, body: deploymentBody(deployment) };
});

const getDeployment: Handler = (arm, match) => {
  const deployment = arm.state.deployments.get(deploymentKey(match));
  if (!deployment)
    return error(404, 'DeploymentNotFound', `Deployment '${group(match, 3)}' could not be found.`);
  arm.state.look(deployment);
  return { status: 200, body: deploymentBody(deployment) };
};

const deploymentStatus: Handler = (arm, match) => {
  const deployment = arm.state.deployments.get(deploymentKey(match));
  if (!deployment) return error(404, 'DeploymentNotFound', 'no such deployment');
  arm.state.look(deployment);
  const { state } = deployment;
  return { status: 200, body: { status: state, ...(state === 'Failed' && { error: deployment.error }) } };
};

const resources: Handler = (arm, match, { query }) => {
  if (!arm.state.groups.has(arm.state.groupKey(group(match, 1), group(match, 2))))
    return error(404, 'ResourceGroupNotFound', `Resource group '${group(match, 2)}' could not be found.`);
  const prefix = `/subscriptions/${group(match, 1)}/resourcegroups/${group(match, 2)}/`.toLowerCase();
  const filter = /^tagName eq '([^']*)' and tagValue eq '([^']*)'$/.exec(query.get('$filter') ?? '');
  const value = [...arm.state.resources.entries()]
    // Only top-level resources are listed: children have no tags.
    .filter(([id]) => id.startsWith(prefix))
    .filter(([, { tags }]) => !filter || tags?.[filter[1] ?? ''] === filter[2])
    .map(([, { properties: _properties, ...resource }]) => resource);
  return { status: 200, body: { value } };
};

const resourceById: Handler = (arm, match, { method }) => {
  const id = group(match, 0);
  const resource = arm.state.resources.get(id.toLowerCase());
  if (method === 'DELETE') {
    if (!resource) return { status: 204 };
    arm.state.resources.delete(id.toLowerCase());
    return arm.operation(group(match, 1), { status: 200 });
  }
  if (!resource) return error(404, 'ResourceNotFound', `The Resource '${id}' was not found.`);
  return { status: 200, body: resource };
};

const provider: Handler = (arm, match) => {
  const namespace = group(match, 2);
  const seen = [
    ...arm.state.resources.values(),
    ...KNOWN_TYPES.map((type) => ({ type, apiVersion: '2023-01-01' })),
  ];
  const types = seen.filter(({ type }) => type.toLowerCase().startsWith(`${namespace.toLowerCase()}/`));
  const resourceTypes = [...new Set(types.map(({ type }) => type.slice(namespace.length + 1)))].map(
    (resourceType) => ({ resourceType, apiVersions: ['2024-01-01-preview', '2023-01-01', '2021-04-01'] }),
  );
  return { status: 200, body: { namespace, registrationState: 'Registered', resourceTypes } };
};

const KNOWN_TYPES = [
  'Microsoft.Resources/resourceGroups',
  'Microsoft.Storage/storageAccounts',
  'Microsoft.Storage/storageAccounts/blobServices',
];

const resourceGroup: Handler = (arm, match) => {
  const [id, name] = [group(match, 0), group(match, 2)];
  if (!arm.state.groups.has(arm.state.groupKey(group(match, 1), name)))
    return error(404, 'ResourceGroupNotFound', `Resource group '${name}' could not be found.`);
  const properties = { provisioningState: 'Succeeded' };
  return { status: 200, body: { id, name, type: 'Microsoft.Resources/resourceGroups', properties } };
};

const health: Handler = (arm, match) => {
  const id = group(match, 1);
  if (!arm.state.resources.has(id.toLowerCase())) return error(404, 'ResourceNotFound', 'no such resource');
  const properties = arm.health.get(id.toLowerCase()) ?? {
    availabilityState: 'Available',
    summary: 'There are no known problems.',
  };
  return { status: 200, body: { id: `${id}/providers/Microsoft.ResourceHealth/x/current`, properties } };
};

const atOrBelow = (scope: string) => (item: { resourceId?: string; scope?: string }) =>
  (item.resourceId ?? item.scope ?? '').toLowerCase().startsWith(scope.toLowerCase());

const policyStates: Handler = (arm, match) => {
  const value = arm.violations.filter(atOrBelow(group(match, 1)));
  return { status: 200, body: { '@odata.count': value.length, '@odata.nextLink': null, value } };
};

const roles: Handler = (arm, match) => {
  const at = group(match, 1).toLowerCase();
  const found = arm.roleAssignments.filter(({ scope }) => at.startsWith(scope.toLowerCase()));
  const value = found.map((properties, index) => ({ name: String(index), properties }));
  return { status: 200, body: { value } };
};

const diagnostics: Handler = (arm, match) => ({
  status: 200,
  body: { value: arm.diagnosed.has(group(match, 1).toLowerCase()) ? [{ name: 'to-workspace' }] : [] },
});

const ROUTES: readonly (readonly [string, string, Handler])[] = [
  [
    'GET',
    '/subscriptions/[^/]+/operationresults/[^/]+',
    (arm, _match, { path }) => arm.lookAtOperation(path) ?? error(404, 'NotFound', 'no such operation'),
  ],
  ['GET', `${DEPLOYMENT}/operationstatuses/[^/]+`, deploymentStatus],
  [
    'POST',
    `${DEPLOYMENT}/whatif`,
    withTemplate((arm, match, body) => {
      const changes = arm.state.whatIf(group(match, 1), group(match, 2), body);
      return arm.operation(group(match, 1), {
        status: 200,
        body: { status: 'Succeeded', properties: { changes } },
      });
    }),
  ],
  [
    'POST',
    `${DEPLOYMENT}/validate`,
    withTemplate((arm, match, body) => {
      arm.state.evaluate(group(match, 1), group(match, 2), body);
      return { status: 200, body: { properties: { provisioningState: 'Succeeded', mode: 'Incremental' } } };
    }),
  ],
  ['PUT', DEPLOYMENT, putDeployment],
  ['GET', DEPLOYMENT, getDeployment],
  ['GET', `${GROUP}/resources`, resources],
  ['GET', '(.*)/providers/microsoft.resourcehealth/availabilitystatuses/current', health],
  ['POST', '(.*)/providers/microsoft.policyinsights/policystates/latest/queryresults', policyStates],
  ['GET', '(.*)/providers/microsoft.authorization/roleassignments', roles],
  ['GET', '(.*)/providers/microsoft.insights/diagnosticsettings', diagnostics],
  [
    'GET',
    '/subscriptions/([^/]+)/providers/microsoft.network/networkwatchers',
    (arm, match) => listNetworkWatchers(arm, group(match, 1)),
  ],
  [
    'POST',
    `${GROUP}/providers/microsoft.network/networkwatchers/([^/]+)/connectivitycheck`,
    (arm, match, { body }) => checkConnectivity(arm, group(match, 1), body),
  ],
  ['GET', '/subscriptions/([^/]+)/providers/([^/]+)', provider],
  ['GET', GROUP, resourceGroup],
  ['GET', `${GROUP}/providers/.+`, resourceById],
  ['DELETE', `${GROUP}/providers/.+`, resourceById],
];

export const answerArm = (arm: Arm, request: ArmRequest): ArmReply => {
  for (const [method, pattern, handler] of ROUTES) {
    const match = new RegExp(`^${pattern}$`, 'i').exec(request.path);
    if (match && method === request.method) return handler(arm, match, request);
  }
  return error(404, 'InvalidResourceType', `Nothing answers ${request.method} ${request.path} here.`);
};
