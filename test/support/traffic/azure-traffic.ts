// Azure DNS, Traffic Manager and Front Door behind the stand-in of Resource Manager: replies in the shape of the examples of Azure's
// public REST specifications, etags and 412 for record sets, weights refused outside 1 to 1000, Front Door's changes in the background.
// It does not prove how Azure distributes traffic, how soon a change is in force everywhere, or which roles suffice.
import { randomUUID } from 'node:crypto';
import { armError, type ArmReply, type ArmRequest, type ArmStandIn } from '../arm/arm-stand-in';

export const SUBSCRIPTION = '11111111-2222-4333-8444-555555555555';
export const GROUP = 'shop-network';
const AT = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${GROUP}/providers`;

type Properties = Record<string, unknown>;

interface Endpoint {
  weight: number;
  endpointStatus: 'Enabled' | 'Disabled';
  endpointMonitorStatus: string;
}

interface Origin {
  weight: number;
  priority: number;
  enabledState: 'Enabled' | 'Disabled';
}

export class AzureTraffic {
  /** By `<type>/<name>` in the zone. */
  readonly records = new Map<string, { etag: string; properties: Properties }>();
  readonly profile = { trafficRoutingMethod: 'Weighted', relativeName: 'shop', ttl: 300 };
  /** By `<type>/<name>`. */
  readonly endpoints = new Map<string, Endpoint>();
  readonly origins = new Map<string, Origin>();
  /** Looks that Front Door's next change stays under way. */
  looksUnderWay = 0;
  actions: string[] = ['Microsoft.Network/*', 'Microsoft.Cdn/profiles/*'];
  #pending: { origin: string; change: Partial<Origin>; looksLeft: number } | null = null;

  constructor(readonly arm: ArmStandIn) {
    arm.extensions.push((request) => this.#answer(request));
  }

  putRecord(key: string, properties: Properties): void {
    this.records.set(key, { etag: randomUUID(), properties });
  }

  #answer(request: ArmRequest): ArmReply | null {
    if (!request.path.startsWith(AT)) return null;
    const rest = request.path.slice(AT.length + 1);
    if (rest.endsWith('/providers/Microsoft.Authorization/permissions'))
      return { status: 200, body: { value: [{ actions: this.actions, notActions: [] }] } };
    const [namespace, kind, , ...path] = rest.split('/');
    const service = `${namespace}/${kind}`;
    if (service === 'Microsoft.Network/dnsZones') return this.#record(request, path.join('/'));
    if (service === 'Microsoft.Network/trafficManagerProfiles')
      return this.#trafficManager(request, path.join('/'));
    if (service === 'Microsoft.Cdn/profiles') return this.#frontDoor(request, path);
    return null;
  }

  #record({ method, body, headers }: ArmRequest, key: string): ArmReply {
    const found = this.records.get(key);
    if (!found) return armError(404, 'NotFound', `The resource record '${key}' does not exist.`);
    const ifMatch = headers['if-match'];
    if (method === 'PATCH') {
      if (ifMatch !== undefined && ifMatch !== found.etag)
        return armError(
          412,
          'PreconditionFailed',
          `The condition '${ifMatch}' in the If-Match header was not satisfied.`,
        );
      const change = (body as { properties: Properties }).properties;
      this.putRecord(key, { ...found.properties, ...change });
    }
    const [type, name] = key.split('/');
    const held = this.records.get(key);
    return {
      status: 200,
      body: {
        ...held,
        id: `${AT}/Microsoft.Network/dnsZones/shop.example/${key}`,
        name,
        type: `Microsoft.Network/dnsZones/${type}`,
      },
    };
  }

  #trafficManager({ method, body }: ArmRequest, key: string): ArmReply {
    const change = (body as { properties: Properties } | null)?.properties ?? {};
    const endpoint = this.endpoints.get(key);
    if (key !== '' && !endpoint)
      return armError(404, 'ResourceNotFound', `The endpoint '${key}' was not found.`);
    if (method === 'PATCH' && endpoint) {
      if (!isWeight(change['weight']))
        return armError(400, 'BadRequest', 'The weight must be between 1 and 1000.');
      Object.assign(endpoint, change);
    } else if (method === 'PATCH') {
      Object.assign(this.profile, change['dnsConfig']);
    }
    return { status: 200, body: endpoint ? this.#endpoint(key, endpoint) : this.#profile() };
  }

  #endpoint(key: string, properties: Endpoint): object {
    const [type = '', name] = key.split('/');
    return { name, type: `Microsoft.Network/trafficManagerProfiles/${type}`, properties };
  }

  #profile(): object {
    const { trafficRoutingMethod, ...dnsConfig } = this.profile;
    const endpoints = [...this.endpoints].map(([key, properties]) => this.#endpoint(key, properties));
    return {
      name: 'shop',
      type: 'Microsoft.Network/trafficManagerProfiles',
      location: 'global',
      properties: {
        profileStatus: 'Enabled',
        trafficRoutingMethod,
        dnsConfig: { ...dnsConfig, fqdn: `${dnsConfig.relativeName}.trafficmanager.net` },
        endpoints,
      },
    };
  }

  #frontDoor({ method, body }: ArmRequest, path: readonly string[]): ArmReply {
    const name = path[3];
    if (method === 'GET' && name === undefined) {
      const settled = this.#advance();
      return {
        status: 200,
        body: {
          value: [...this.origins].map(([origin, properties]) => originBody(origin, properties, settled)),
        },
      };
    }
    if (name === undefined || !this.origins.has(name))
      return armError(404, 'NotFound', 'The origin does not exist.');
    const change = (body as { properties: Partial<Origin> }).properties;
    if (!isWeight(change.weight))
      return armError(400, 'BadRequest', 'The weight must be between 1 and 1000.');
    if (this.#pending) return armError(409, 'Conflict', 'Another operation is in progress.');
    this.#pending = { origin: name, change, looksLeft: this.looksUnderWay };
    return { ...this.arm.operation(SUBSCRIPTION, { status: 200, body: {} }), status: 202 };
  }

  /** True where nothing is under way any more. */
  #advance(): boolean {
    if (!this.#pending) return true;
    if (this.#pending.looksLeft > 0) {
      this.#pending.looksLeft -= 1;
      return false;
    }
    const { origin, change } = this.#pending;
    Object.assign(this.origins.get(origin) ?? {}, change);
    this.#pending = null;
    return true;
  }
}

const isWeight = (weight: unknown): boolean => typeof weight === 'number' && weight >= 1 && weight <= 1_000;

const originBody = (name: string, properties: Origin, settled: boolean): object => ({
  name,
  type: 'Microsoft.Cdn/profiles/origingroups/origins',
  properties: {
    ...properties,
    provisioningState: settled ? 'Succeeded' : 'Updating',
    deploymentStatus: settled ? 'NotStarted' : 'InProgress',
  },
});
