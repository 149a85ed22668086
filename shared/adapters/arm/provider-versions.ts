import type { ResourceManagementClient } from '@azure/arm-resources';
import { MigrationError } from '../../contracts/errors';

export interface ResourceName {
  readonly subscriptionId: string;
  readonly namespace: string;
  /** Without the namespace: `storageAccounts/fileServices/shares`. */
  readonly type: string;
}

/** Takes the id of a resource group, or of a resource below it, apart; extension resources count as what they extend with. */
export const parseResourceId = (id: string): ResourceName => {
  const [, ofGroup] = /^\/subscriptions\/([^/]+)\/resourceGroups\/[^/]+$/i.exec(id) ?? [];
  if (ofGroup !== undefined)
    return { subscriptionId: ofGroup, namespace: 'Microsoft.Resources', type: 'resourceGroups' };
  const [, head = '', tail = ''] = /^(\/subscriptions\/.*)\/providers\/(.+)$/i.exec(id) ?? [];
  const subscriptionId = head.split('/')[2];
  const [namespace, ...rest] = tail.split('/');
  if (subscriptionId === undefined || namespace === undefined || rest.length < 2 || rest.length % 2 === 1)
    throw new MigrationError('invalid-input', `${id} is no id of a resource`, { field: 'resourceId' });
  return { subscriptionId, namespace, type: rest.filter((_, index) => index % 2 === 0).join('/') };
};

/** Which API version to ask for a resource with: the newest stable one of its type; read once for each provider. */
export class ProviderVersions {
  readonly #known = new Map<string, Promise<ReadonlyMap<string, readonly string[]>>>();

  constructor(private readonly client: (subscriptionId: string) => ResourceManagementClient) {}

  async of(resourceId: string): Promise<string> {
    const { subscriptionId, namespace, type } = parseResourceId(resourceId);
    const types = await this.#typesOf(subscriptionId, namespace);
    const versions = [...(types.get(type.toLowerCase()) ?? [])].sort().reverse();
    const version = versions.find((candidate) => !candidate.includes('preview')) ?? versions[0];
    if (version === undefined)
      throw new MigrationError('unsupported', `${namespace} knows no resource type ${type}`);
    return version;
  }

  #typesOf(subscriptionId: string, namespace: string): Promise<ReadonlyMap<string, readonly string[]>> {
    const key = namespace.toLowerCase();
    const known = this.#known.get(key) ?? this.#read(subscriptionId, namespace);
    this.#known.set(key, known);
    // A failed look is not remembered.
    known.catch(() => this.#known.delete(key));
    return known;
  }

  async #read(subscriptionId: string, namespace: string): Promise<ReadonlyMap<string, readonly string[]>> {
    const { resourceTypes = [] } = await this.client(subscriptionId).providers.get(namespace);
    return new Map(
      resourceTypes.map(({ resourceType = '', apiVersions = [] }) => [
        resourceType.toLowerCase(),
        apiVersions,
      ]),
    );
  }
}
