import { ResourceManagementClient } from '@azure/arm-resources';
import { DeploymentsClient } from '@azure/arm-resourcesdeployments';
import type { TokenCredential } from '@azure/core-auth';
import type { Pipeline } from '@azure/core-rest-pipeline';
import type {
  AzureResource,
  DeploymentContent,
  DeploymentState,
  DeploymentTarget,
  Governance,
  Refused,
  ResourceHealth,
  AzureResources,
} from '../../ports/azure-resources';
import type { JsonValue } from '../../contracts/primitives';
import type { WhatIfChange } from '../../contracts/what-if';
import { ArmClient } from './arm-client';
import { ArmError, describeArmError } from './arm-error';
import { armPolicies } from './arm-policies';
import { armErrorPolicy, refusalOf } from './arm-refusals';
import { healthOf, resourceOf, roleAssignmentOf, violationOf } from './arm-documents';
import { parseResourceId, ProviderVersions } from './provider-versions';
import { whatIfChanges } from './what-if-changes';

export interface ArmOptions {
  readonly endpoint: string;
  readonly credential: TokenCredential;
  /** Between looks at an operation where Azure does not say how long to wait; 500 where absent. */
  readonly pollMs?: number;
}

/** A what-if that takes longer is asked anew by the activity's retry. */
const LONGEST_WHAT_IF_MS = 240_000;
const POLL_MS = 500;
const HEALTH_VERSION = '2022-10-01';
const POLICY_VERSION = '2024-10-01';
const ROLES_VERSION = '2022-04-01';
const DIAGNOSTICS_VERSION = '2021-05-01-preview';

/** Resource Manager through its SDKs, and plain REST where there is none for what Causeway asks. */
export class ArmResources implements AzureResources {
  readonly #rest: ArmClient;
  readonly #versions: ProviderVersions;

  constructor(private readonly options: ArmOptions) {
    this.#rest = new ArmClient(options);
    this.#versions = new ProviderVersions((subscriptionId) => this.#resources(subscriptionId));
  }

  async validate(target: DeploymentTarget, content: DeploymentContent): Promise<{ kind: 'valid' } | Refused> {
    return this.#refusing(async () => {
      const { deployments } = this.#deployments(target.subscriptionId);
      const { error } = await deployments
        .validate(target.resourceGroup, target.name, deploymentOf(content), {
          updateIntervalInMs: this.options.pollMs ?? POLL_MS,
        })
        .pollUntilDone({ abortSignal: AbortSignal.timeout(LONGEST_WHAT_IF_MS) });
      return error ? refused(error) : { kind: 'valid' };
    });
  }

  async whatIf(
    target: DeploymentTarget,
    content: DeploymentContent,
  ): Promise<{ kind: 'changes'; changes: readonly WhatIfChange[] } | Refused> {
    return this.#refusing(async () => {
      const { deployments } = this.#deployments(target.subscriptionId);
      const request = { properties: { ...deploymentOf(content).properties, whatIfSettings: FULL } };
      const result = await deployments
        .whatIf(target.resourceGroup, target.name, request, {
          updateIntervalInMs: this.options.pollMs ?? POLL_MS,
        })
        .pollUntilDone({ abortSignal: AbortSignal.timeout(LONGEST_WHAT_IF_MS) });
      if (result.error) return refused(result.error);
      return { kind: 'changes', changes: whatIfChanges(result.changes ?? []) };
    });
  }

  async beginDeployment(
    target: DeploymentTarget,
    content: DeploymentContent,
  ): Promise<{ kind: 'begun' } | Refused> {
    const present = await this.deployment(target);
    if (present !== null && present.kind !== 'failed') return { kind: 'begun' };
    return this.#refusing(async () => {
      const { deployments } = this.#deployments(target.subscriptionId);
      await deployments.createOrUpdate(target.resourceGroup, target.name, deploymentOf(content)).submitted();
      return { kind: 'begun' };
    });
  }

  async deployment(target: DeploymentTarget): Promise<DeploymentState | null> {
    const { deployments } = this.#deployments(target.subscriptionId);
    const found = await present(() => deployments.get(target.resourceGroup, target.name));
    if (!found) return null;
    const { provisioningState, outputResources, error } = found.properties ?? {};
    const outputs = (found.properties?.outputs ?? {}) as Record<string, { value?: JsonValue }>;
    const state = provisioningState?.toLowerCase();
    if (state === 'succeeded') {
      return {
        kind: 'succeeded',
        outputs: Object.fromEntries(
          Object.entries(outputs).map(([name, { value }]) => [name, value ?? null]),
        ),
        resourceIds: (outputResources ?? []).flatMap(({ id }) => (id === undefined ? [] : [id])),
      };
    }
    if (state !== 'failed' && state !== 'canceled') return { kind: 'running' };
    const { armCode, message } = describeArmError(error ?? { code: state, message: `it was ${state}` });
    return { kind: 'failed', code: armCode, reason: message };
  }

  async resource(id: string): Promise<AzureResource | null> {
    const { subscriptionId } = parseResourceId(id);
    const version = await this.#versions.of(id);
    const { resources } = this.#resources(subscriptionId);
    const found = await present(() => resources.getById(id.slice(1), version));
    return found && resourceOf(found);
  }

  async tagged(
    subscriptionId: string,
    resourceGroup: string,
    { name, value }: { readonly name: string; readonly value: string },
  ): Promise<readonly AzureResource[]> {
    const { resources } = this.#resources(subscriptionId);
    const filter = `tagName eq '${name}' and tagValue eq '${value}'`;
    const found: AzureResource[] = [];
    try {
      for await (const item of resources.listByResourceGroup(resourceGroup, { filter }))
        found.push(resourceOf(item));
    } catch (error) {
      // No group, nothing in it.
      if (!(error instanceof ArmError) || error.status !== 404) throw error;
    }
    return found.filter(({ tags }) => tags[name] === value);
  }

  async health(resourceId: string): Promise<ResourceHealth> {
    const path = `${resourceId}/providers/Microsoft.ResourceHealth/availabilityStatuses/current`;
    try {
      return healthOf((await this.#rest.send({ method: 'GET', path, apiVersion: HEALTH_VERSION })).body);
    } catch (error) {
      if (isUnsupported(error)) return { state: 'unsupported', summary: error.message };
      throw error;
    }
  }

  async governance(scope: string): Promise<Governance> {
    const states = `${scope}/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults`;
    const roles = `${scope}/providers/Microsoft.Authorization/roleAssignments`;
    const [violations, assignments] = await Promise.all([
      this.#rest.list({
        method: 'POST',
        path: states,
        apiVersion: POLICY_VERSION,
        query: { $filter: "complianceState eq 'NonCompliant'" },
      }),
      this.#rest.list({
        method: 'GET',
        path: roles,
        apiVersion: ROLES_VERSION,
        query: { $filter: 'atScope()' },
      }),
    ]);
    return { violations: violations.map(violationOf), roleAssignments: assignments.map(roleAssignmentOf) };
  }

  async diagnosticSettings(resourceId: string): Promise<number | null> {
    const path = `${resourceId}/providers/Microsoft.Insights/diagnosticSettings`;
    try {
      return (await this.#rest.list({ method: 'GET', path, apiVersion: DIAGNOSTICS_VERSION })).length;
    } catch (error) {
      if (isUnsupported(error)) return null;
      throw error;
    }
  }

  async deleteResource(id: string): Promise<'deleting' | 'gone' | Refused> {
    const apiVersion = await this.#versions.of(id);
    try {
      const { operation } = await this.#rest.send({ method: 'DELETE', path: id, apiVersion });
      return operation === null ? 'gone' : 'deleting';
    } catch (error) {
      if (error instanceof ArmError && error.status === 404) return 'gone';
      return refusalOf(error);
    }
  }

  #deployments(subscriptionId: string): DeploymentsClient {
    const { endpoint, credential } = this.options;
    const client = new DeploymentsClient(credential, subscriptionId, this.#clientOptions());
    usePolicies(client.pipeline, endpoint, credential);
    return client;
  }

  #resources(subscriptionId: string): ResourceManagementClient {
    const { endpoint, credential } = this.options;
    const client = new ResourceManagementClient(credential, subscriptionId, this.#clientOptions());
    usePolicies(client.pipeline, endpoint, credential);
    return client;
  }

  #clientOptions() {
    const { endpoint } = this.options;
    return { endpoint, allowInsecureConnection: endpoint.startsWith('http://') };
  }

  async #refusing<T>(work: () => Promise<T>): Promise<T | Refused> {
    try {
      return await work();
    } catch (error) {
      return refusalOf(error);
    }
  }
}

/** The service has nothing of the kind for this type of resource. */
const isUnsupported = (error: unknown): error is ArmError =>
  error instanceof ArmError && (error.status === 400 || error.status === 404);

const FULL = { resultFormat: 'FullResourcePayloads' } as const;

const deploymentOf = ({ template, parameters }: DeploymentContent) => ({
  properties: { mode: 'Incremental' as const, template, parameters: { ...parameters } },
});

const refused = (error: unknown): Refused => {
  const { armCode, message } = describeArmError(error);
  return { kind: 'refused', code: armCode, reason: message };
};

const present = async <T>(read: () => Promise<T>): Promise<T | null> => {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ArmError && error.status === 404) return null;
    throw error;
  }
};

/** The SDK's own policies wait as long as they are told and refuse a stand-in; these do neither. */
const usePolicies = (pipeline: Pipeline, endpoint: string, credential: TokenCredential): void => {
  pipeline.removePolicy({ name: 'bearerTokenAuthenticationPolicy' });
  pipeline.removePolicy({ name: 'defaultRetryPolicy' });
  pipeline.addPolicy(armErrorPolicy);
  for (const policy of armPolicies(endpoint, credential)) pipeline.addPolicy(policy);
};
