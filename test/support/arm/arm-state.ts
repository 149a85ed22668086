// What the stand-in holds: resource groups, resources and deployments, in memory. It does not prove what any resource provider would
// do with a resource: it keeps what the template says and calls it succeeded.
import { evaluate, InvalidTemplate, type Scope } from './template-expressions';

export interface StoredResource {
  id: string;
  name: string;
  type: string;
  apiVersion: string;
  location?: string;
  tags?: Record<string, string>;
  identity?: { type: string };
  properties: Record<string, unknown>;
}

export interface StoredDeployment {
  readonly name: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  state: 'Accepted' | 'Running' | 'Succeeded' | 'Failed';
  /** Looks until it ends. */
  looksLeft: number;
  readonly resources: readonly StoredResource[];
  outputs: Record<string, unknown>;
  error: unknown;
}

export interface DeploymentBody {
  readonly properties: {
    readonly mode: string;
    readonly template: {
      readonly resources: readonly unknown[];
      readonly parameters?: Record<string, { defaultValue?: unknown }>;
      readonly variables?: Record<string, unknown>;
      readonly outputs?: Record<string, { type: string; value: unknown }>;
    };
    readonly parameters?: Record<string, { value?: unknown; reference?: unknown }>;
  };
}

export interface Change {
  readonly resourceId: string;
  readonly changeType: 'Create' | 'NoChange' | 'Modify' | 'Ignore';
  readonly before?: unknown;
  readonly after?: unknown;
  readonly delta?: readonly unknown[];
}

const LOCATION = 'westeurope';

export class ArmState {
  readonly groups = new Set<string>();
  readonly resources = new Map<string, StoredResource>();
  readonly deployments = new Map<string, StoredDeployment>();

  groupKey = (subscriptionId: string, group: string): string => `${subscriptionId}/${group}`.toLowerCase();

  /** Evaluated resources and outputs of a deployment; throws `InvalidTemplate`. */
  evaluate(
    subscriptionId: string,
    resourceGroup: string,
    { properties }: DeploymentBody,
  ): { resources: StoredResource[]; outputs: Record<string, unknown> } {
    const { template, parameters = {} } = properties;
    const declared = template.parameters ?? {};
    for (const name of Object.keys(parameters))
      if (!(name in declared)) throw new InvalidTemplate(`The parameter '${name}' is not declared.`);
    const base = { subscriptionId, resourceGroup, location: LOCATION, variables: template.variables ?? {} };
    const values: Record<string, unknown> = {};
    const scope: Scope = { ...base, parameters: values };
    for (const [name, { defaultValue }] of Object.entries(declared)) {
      const given = parameters[name];
      if (given?.reference !== undefined) values[name] = 'from the vault';
      else if (given !== undefined) values[name] = given.value;
      else if (defaultValue !== undefined) values[name] = evaluate(defaultValue, scope);
      else throw new InvalidTemplate(`The value for the template parameter '${name}' is not provided.`);
    }
    const resources = template.resources.flatMap((resource) => {
      const evaluated = evaluate(resource, scope) as StoredResource & { condition?: boolean };
      return evaluated.condition === false ? [] : [this.#placed(scope, evaluated)];
    });
    const outputs = Object.entries(template.outputs ?? {}).map(([name, { type, value }]) => [
      name,
      { type, value: evaluate(value, scope) },
    ]);
    return { resources, outputs: Object.fromEntries(outputs) as Record<string, unknown> };
  }

  #placed(scope: Scope, resource: StoredResource): StoredResource {
    const [namespace = '', ...types] = resource.type.split('/');
    const names = resource.name.split('/');
    if (types.length !== names.length)
      throw new InvalidTemplate(`${resource.type} does not fit the name ${resource.name}`);
    const group = `/subscriptions/${scope.subscriptionId}/resourceGroups/${scope.resourceGroup}`;
    const path = types.map((type, index) => `${type}/${names[index]}`).join('/');
    const { name, type, apiVersion, location, tags, identity, properties = {} } = resource;
    return {
      id: `${group}/providers/${namespace}/${path}`,
      name,
      type,
      apiVersion,
      ...(location !== undefined && { location }),
      ...(tags !== undefined && { tags }),
      ...(identity !== undefined && { identity }),
      properties,
    };
  }

  whatIf(subscriptionId: string, resourceGroup: string, body: DeploymentBody): Change[] {
    const { resources } = this.evaluate(subscriptionId, resourceGroup, body);
    const changes = resources.map((after): Change => {
      const before = this.resources.get(after.id.toLowerCase());
      if (!before) return { resourceId: after.id, changeType: 'Create', after };
      const delta = differences(
        { tags: before.tags, properties: before.properties },
        { tags: after.tags, properties: after.properties },
      );
      const changeType = delta.length > 0 ? 'Modify' : 'NoChange';
      return { resourceId: after.id, changeType, before, after, delta };
    });
    const named = new Set(resources.map(({ id }) => id.toLowerCase()));
    const prefix = `/subscriptions/${subscriptionId}/resourcegroups/${resourceGroup}/`.toLowerCase();
    const others = [...this.resources.entries()].filter(([id]) => id.startsWith(prefix) && !named.has(id));
    return [...changes, ...others.map(([, { id }]) => ({ resourceId: id, changeType: 'Ignore' as const }))];
  }

  /** One look at a deployment brings it one step further. */
  look(deployment: StoredDeployment): void {
    if (deployment.state === 'Succeeded' || deployment.state === 'Failed') return;
    deployment.looksLeft -= 1;
    deployment.state = 'Running';
    if (deployment.looksLeft > 0) return;
    if (deployment.error !== null) {
      deployment.state = 'Failed';
      // What was made before the failure stays.
      for (const resource of deployment.resources.slice(0, 1)) this.put(resource);
      return;
    }
    for (const resource of deployment.resources) this.put(resource);
    deployment.state = 'Succeeded';
  }

  put(resource: StoredResource): void {
    const before = this.resources.get(resource.id.toLowerCase());
    const properties = { ...before?.properties, ...resource.properties, provisioningState: 'Succeeded' };
    this.resources.set(resource.id.toLowerCase(), { ...resource, properties });
  }
}

/** Like Resource Manager's delta: only what the template says is compared; nested objects become children. */
const differences = (before: unknown, after: unknown): object[] => {
  if (typeof after !== 'object' || after === null) return [];
  const old = (before ?? {}) as Record<string, unknown>;
  return Object.entries(after as Record<string, unknown>).flatMap(([path, value]): object[] => {
    if (value === undefined || JSON.stringify(old[path]) === JSON.stringify(value)) return [];
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && old[path] !== undefined) {
      const children = differences(old[path], value);
      return children.length > 0 ? [{ path, propertyChangeType: 'Modify', children }] : [];
    }
    const propertyChangeType = old[path] === undefined ? 'Create' : 'Modify';
    return [{ path, propertyChangeType, before: old[path], after: value }];
  });
};
