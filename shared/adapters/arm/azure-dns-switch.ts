import { z } from 'zod';
import type { TrafficParts } from '../../contracts/records';
import type { AzureDnsTraffic, Records } from '../../contracts/traffic';
import { recordValues } from '../../domain/record-values';
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

const API_VERSION = '2018-05-01';
const PART = 'record';

const RecordSet = z.object({
  etag: z.string(),
  properties: z.object({
    TTL: z.number().int(),
    ARecords: z.array(z.object({ ipv4Address: z.string() })).default([]),
    AAAARecords: z.array(z.object({ ipv6Address: z.string() })).default([]),
    CNAMERecord: z.object({ cname: z.string() }).optional(),
    targetResource: z.object({ id: z.string().nullish() }).nullish(),
  }),
});
type Properties = z.infer<typeof RecordSet>['properties'];

const Value = z.object({ ttlSeconds: z.number().int(), values: z.array(z.string()) });

const valuesIn = (type: Records['type'], properties: Properties): string[] => {
  const byType = {
    A: properties.ARecords.map(({ ipv4Address }) => ipv4Address),
    AAAA: properties.AAAARecords.map(({ ipv6Address }) => ipv6Address),
    CNAME: properties.CNAMERecord === undefined ? [] : [properties.CNAMERecord.cname],
  };
  return recordValues(type, byType[type]);
};

const propertiesOf = (type: Records['type'], { ttlSeconds, values }: z.infer<typeof Value>): object => {
  const byType = {
    A: { ARecords: values.map((ipv4Address) => ({ ipv4Address })) },
    AAAA: { AAAARecords: values.map((ipv6Address) => ({ ipv6Address })) },
    CNAME: { CNAMERecord: { cname: values[0] ?? '' } },
  };
  return { TTL: ttlSeconds, ...byType[type] };
};

/** One record set of an Azure DNS zone, replaced if its etag is still the one that was read. Its metadata stays. */
export class AzureDnsSwitch implements TrafficSwitch {
  readonly name = 'azure-dns';
  readonly #path: string;

  constructor(
    private readonly traffic: AzureDnsTraffic,
    private readonly client: ArmClient,
  ) {
    const { zone, name, records } = traffic;
    const at = `${resourceGroupPath(traffic)}/Microsoft.Network/dnsZones/${zone}`;
    this.#path = `${at}/${records.type}/${encodeURIComponent(name)}`;
  }

  async look(): Promise<TrafficLook> {
    const path = this.#path;
    const asked = await askArm(() => this.client.send({ method: 'GET', path, apiVersion: API_VERSION }));
    if (asked.kind === 'refused') return asked;
    const { etag, properties } = RecordSet.parse(asked.answer.body);
    if (properties.targetResource?.id)
      return {
        kind: 'refused',
        code: 'alias-record',
        reason: `${this.traffic.name}.${this.traffic.zone} is an alias of ${properties.targetResource.id}: describe a record with values`,
      };
    return { kind: 'read', reading: this.#reading(etag, properties) };
  }

  #reading(version: string, properties: Properties): TrafficReading {
    const { type, source, target } = this.traffic.records;
    const values = valuesIn(type, properties);
    const holds = (side: readonly string[]): number =>
      Number(recordValues(type, side).join() === values.join());
    const ttlSeconds = properties.TTL;
    return {
      weights: { source: holds(source), target: holds(target) },
      ttlSeconds,
      parts: { [PART]: { value: { ttlSeconds, values }, version } },
      settled: true,
      problem: null,
      summary: `${this.traffic.name}.${this.traffic.zone} ${type}: ${values.join(', ') || 'none'}, TTL ${ttlSeconds} s`,
    };
  }

  partsFor({ parts }: TrafficReading, { ttlSeconds, weights }: TrafficGoal): TrafficParts {
    const { type, source, target } = this.traffic.records;
    const now = Value.parse(parts[PART]?.value);
    const side = weights && (weights.target > 0 ? target : source);
    const values = side === undefined ? now.values : recordValues(type, side);
    return { [PART]: { ttlSeconds: ttlSeconds ?? now.ttlSeconds, values } };
  }

  write(_part: string, value: TrafficValue, version: string): Promise<TrafficWritten> {
    const properties = propertiesOf(this.traffic.records.type, Value.parse(value));
    return writeArm(this.client, {
      method: 'PATCH',
      path: this.#path,
      apiVersion: API_VERSION,
      ifMatch: version,
      body: { properties },
    });
  }

  proveRights(): Promise<TrafficRefusal | null> {
    const { type } = this.traffic.records;
    return missingRights(this.client, this.#path, [`Microsoft.Network/dnsZones/${type}/write`]);
  }
}
