import { z } from 'zod';
import type { TrafficParts } from '../../contracts/records';
import type { FrontDoorTraffic } from '../../contracts/traffic';
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

const API_VERSION = '2025-06-01';

const Origin = z.object({
  name: z.string(),
  properties: z.object({
    weight: z.number().int(),
    priority: z.number().int(),
    enabledState: z.enum(['Enabled', 'Disabled']),
    provisioningState: z.string().default('Succeeded'),
    deploymentStatus: z.string().default('NotStarted'),
  }),
});
type Origin = z.infer<typeof Origin>;

const refused = (code: string, reason: string): TrafficRefusal => ({ kind: 'refused', code, reason });

/** `NotStarted` is what a resource says that nothing happens to; a change that failed is over as well. */
const isSettled = ({ properties: { provisioningState, deploymentStatus } }: Origin): boolean =>
  ['Succeeded', 'Failed'].includes(provisioningState) && deploymentStatus !== 'InProgress';

/**
 * Two origins of a Front Door origin group. Writes are carried out in the background, so a rung is reached once both origins say that
 * they are at rest. The service has no etags: each part is read again right before it is written.
 */
export class FrontDoorSwitch implements TrafficSwitch {
  readonly name = 'front-door';
  readonly #path: string;

  constructor(
    private readonly traffic: FrontDoorTraffic,
    private readonly client: ArmClient,
  ) {
    const { profile, originGroup } = traffic;
    this.#path = `${resourceGroupPath(traffic)}/Microsoft.Cdn/profiles/${profile}/originGroups/${originGroup}`;
  }

  async look(): Promise<TrafficLook> {
    const path = `${this.#path}/origins`;
    const asked = await askArm(() => this.client.list({ method: 'GET', path, apiVersion: API_VERSION }));
    if (asked.kind === 'refused') return asked;
    const origins = z.array(Origin).parse(asked.answer);
    const [source, target] = [this.#origin(origins, 'source'), this.#origin(origins, 'target')];
    if (!source || !target)
      return refused(
        'traffic-not-found',
        `origin group ${this.traffic.originGroup} lacks one of the origins`,
      );
    const wrong = unfit(origins, source, target);
    if (wrong !== null)
      return refused('traffic-not-fit', `origin group ${this.traffic.originGroup}: ${wrong}`);
    return { kind: 'read', reading: reading(source, target) };
  }

  #origin(origins: readonly Origin[], side: 'source' | 'target'): Origin | undefined {
    return origins.find(({ name }) => name.toLowerCase() === this.traffic[side].toLowerCase());
  }

  partsFor({ parts }: TrafficReading, { weights }: TrafficGoal): TrafficParts {
    const [source, target] = [
      WeightedSide.parse(parts['source']?.value),
      WeightedSide.parse(parts['target']?.value),
    ];
    return {
      source: weights ? withWeight(source, weights.source) : source,
      target: weights ? withWeight(target, weights.target) : target,
    };
  }

  async write(part: string, value: TrafficValue, version: string): Promise<TrafficWritten> {
    const look = await this.look();
    if (look.kind === 'refused') return look;
    // One change at a time: the service refuses a second one while it carries out the first.
    if (!look.reading.settled || look.reading.parts[part]?.version !== version) return { kind: 'changed' };
    const { weight, state } = WeightedSide.parse(value);
    return writeArm(this.client, {
      method: 'PATCH',
      path: `${this.#path}/origins/${this.traffic[part === 'target' ? 'target' : 'source']}`,
      apiVersion: API_VERSION,
      body: { properties: { weight, enabledState: state } },
    });
  }

  proveRights(): Promise<TrafficRefusal | null> {
    return missingRights(this.client, this.#path, ['Microsoft.Cdn/profiles/originGroups/origins/write']);
  }
}

/** Why weights would not decide between the two sides; null where they do. */
const unfit = (origins: readonly Origin[], source: Origin, target: Origin): string | null => {
  const others = origins.filter(
    (origin) => origin !== source && origin !== target && origin.properties.enabledState === 'Enabled',
  );
  if (others.length > 0) return `users also reach ${others.map(({ name }) => name).join(', ')}`;
  return source.properties.priority === target.properties.priority
    ? null
    : 'the origins differ in priority: only the first would be used, whatever the weights';
};

const reading = (source: Origin, target: Origin): TrafficReading => {
  const side = ({ properties }: Origin): WeightedSide => ({
    weight: properties.weight,
    state: properties.enabledState,
  });
  const values = { source: side(source), target: side(target) };
  const hasFailed = [source, target].some(({ properties }) => properties.deploymentStatus === 'Failed');
  return {
    weights: { source: weightOf(values.source), target: weightOf(values.target) },
    ttlSeconds: null,
    parts: Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, { value, version: JSON.stringify(value) }]),
    ),
    settled: isSettled(source) && isSettled(target),
    problem: hasFailed ? 'Front Door could not deploy the change' : null,
    summary: `source ${values.source.state} ${values.source.weight}, target ${values.target.state} ${values.target.weight}`,
  };
};
