import { z } from 'zod';
import type { TrafficParts } from '../../contracts/records';
import type { TrafficManagerTraffic } from '../../contracts/traffic';
import type {
  TrafficGoal,
  TrafficLook,
  TrafficReading,
  TrafficRefusal,
  TrafficSwitch,
  TrafficValue,
  TrafficWritten,
} from '../../ports/traffic-switch';
import type { ArmClient } from './arm-client';
import { askArm, missingRights, resourceGroupPath, writeArm } from './arm-traffic';
import { weightOf, WeightedSide, withWeight } from './weighted-side';

const API_VERSION = '2022-04-01';
/** Monitor states in which nobody is sent to an endpoint that is enabled. */
const UNUSABLE: ReadonlySet<string> = new Set(['Degraded', 'Stopped', 'Inactive']);

const Endpoint = z.object({
  name: z.string(),
  type: z.string(),
  properties: z.object({
    weight: z.number().int().default(1),
    endpointStatus: z.enum(['Enabled', 'Disabled']).default('Enabled'),
    endpointMonitorStatus: z.string().optional(),
  }),
});
type Endpoint = z.infer<typeof Endpoint>;

const Profile = z.object({
  properties: z.object({
    profileStatus: z.string().default('Enabled'),
    trafficRoutingMethod: z.string(),
    dnsConfig: z.object({ relativeName: z.string(), ttl: z.number().int() }),
    endpoints: z.array(Endpoint).default([]),
  }),
});
type Profile = z.infer<typeof Profile>['properties'];

const DnsConfig = z.object({ relativeName: z.string(), ttl: z.number().int() });

const refused = (code: string, reason: string): TrafficRefusal => ({ kind: 'refused', code, reason });

/**
 * Two endpoints of a Traffic Manager profile with weighted routing, and the TTL of its answers. The service has no etags: each
 * part is read again right before it is written, which leaves others a moment and no more.
 */
export class TrafficProfileSwitch implements TrafficSwitch {
  readonly name = 'traffic-manager';
  readonly #path: string;

  constructor(
    private readonly traffic: TrafficManagerTraffic,
    private readonly client: ArmClient,
  ) {
    this.#path = `${resourceGroupPath(traffic)}/Microsoft.Network/trafficManagerProfiles/${traffic.profile}`;
  }

  async look(): Promise<TrafficLook> {
    const path = this.#path;
    const asked = await askArm(() => this.client.send({ method: 'GET', path, apiVersion: API_VERSION }));
    if (asked.kind === 'refused') return asked;
    const profile = Profile.parse(asked.answer.body).properties;
    const [source, target] = [this.#endpoint(profile, 'source'), this.#endpoint(profile, 'target')];
    const wrong = this.#unfit(profile, source, target);
    if (wrong !== null)
      return refused('traffic-not-fit', `Traffic Manager profile ${this.traffic.profile}: ${wrong}`);
    return source && target
      ? { kind: 'read', reading: reading(profile, source, target) }
      : refused('traffic-not-found', `profile ${this.traffic.profile} lacks one of the endpoints`);
  }

  #endpoint({ endpoints }: Profile, side: 'source' | 'target'): Endpoint | undefined {
    const { name, type } = this.traffic[side];
    const isIt = (endpoint: Endpoint): boolean =>
      endpoint.name.toLowerCase() === name.toLowerCase() &&
      endpoint.type.toLowerCase().endsWith(`/${type.toLowerCase()}`);
    return endpoints.find(isIt);
  }

  /** Why weights would not decide between the two sides; null where they do. */
  #unfit(profile: Profile, ...sides: readonly (Endpoint | undefined)[]): string | null {
    if (profile.profileStatus !== 'Enabled') return 'it is disabled';
    if (profile.trafficRoutingMethod !== 'Weighted')
      return `it routes by ${profile.trafficRoutingMethod}, not by weights`;
    const others = profile.endpoints.filter(
      (endpoint) => !sides.includes(endpoint) && endpoint.properties.endpointStatus === 'Enabled',
    );
    return others.length === 0 ? null : `users also reach ${others.map(({ name }) => name).join(', ')}`;
  }

  partsFor({ parts }: TrafficReading, { ttlSeconds, weights }: TrafficGoal): TrafficParts {
    const profile = DnsConfig.parse(parts['profile']?.value);
    const [source, target] = [
      WeightedSide.parse(parts['source']?.value),
      WeightedSide.parse(parts['target']?.value),
    ];
    return {
      source: weights ? withWeight(source, weights.source) : source,
      target: weights ? withWeight(target, weights.target) : target,
      profile: { ...profile, ttl: ttlSeconds ?? profile.ttl },
    };
  }

  async write(part: string, value: TrafficValue, version: string): Promise<TrafficWritten> {
    const look = await this.look();
    if (look.kind === 'refused') return look;
    if (look.reading.parts[part]?.version !== version) return { kind: 'changed' };
    const request = { method: 'PATCH', apiVersion: API_VERSION } as const;
    if (part === 'profile') {
      const body = { properties: { dnsConfig: DnsConfig.parse(value) } };
      return writeArm(this.client, { ...request, path: this.#path, body });
    }
    const { type, name } = this.traffic[part === 'target' ? 'target' : 'source'];
    const { weight, state } = WeightedSide.parse(value);
    const body = { properties: { weight, endpointStatus: state } };
    return writeArm(this.client, { ...request, path: `${this.#path}/${type}/${name}`, body });
  }

  proveRights(): Promise<TrafficRefusal | null> {
    const types = new Set([this.traffic.source.type, this.traffic.target.type]);
    const at = 'Microsoft.Network/trafficManagerProfiles';
    return missingRights(this.client, this.#path, [
      `${at}/write`,
      ...[...types].map((type) => `${at}/${type}/write`),
    ]);
  }
}

const reading = ({ dnsConfig }: Profile, source: Endpoint, target: Endpoint): TrafficReading => {
  const side = ({ properties }: Endpoint): WeightedSide => ({
    weight: properties.weight,
    state: properties.endpointStatus,
  });
  const values = { source: side(source), target: side(target), profile: dnsConfig };
  const state = target.properties.endpointMonitorStatus ?? '';
  const isUsed = weightOf(values.target) > 0;
  return {
    weights: { source: weightOf(values.source), target: weightOf(values.target) },
    ttlSeconds: dnsConfig.ttl,
    parts: Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, { value, version: JSON.stringify(value) }]),
    ),
    settled: true,
    problem: isUsed && UNUSABLE.has(state) ? `Traffic Manager finds the target ${state}` : null,
    summary: `source ${values.source.state} ${values.source.weight}, target ${values.target.state} ${values.target.weight}, TTL ${dnsConfig.ttl} s`,
  };
};
