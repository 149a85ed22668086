import { z } from 'zod';
import { SecretName } from './primitives';
import { Thresholds } from './thresholds';

const HostName = z
  .string()
  .max(253)
  .regex(
    /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/,
    'use a host name in lower case, without a trailing dot',
  );

/** Names inside a Resource Manager path: nothing that could lead the path elsewhere. */
const ResourceName = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,88}[A-Za-z0-9_-])?$/, 'use a resource name');

const Subscription = { subscriptionId: z.guid(), resourceGroup: ResourceName };

/** How every ladder is climbed. */
const Climb = {
  /** How long each rung is watched before the next; at least as long as the TTL in force, whatever stands here. */
  waitMs: z.number().int().min(0).max(86_400_000).default(60_000),
  /** What breaks a rung; absent: the workload's own thresholds. */
  thresholds: Thresholds.optional(),
};

/** Answers live this long while traffic moves, so that a way back is taken by everybody soon. */
const LowTtlSeconds = z.number().int().min(1).max(3_600).default(30);

/** Shares of users on the target, in percent, each more than the one before, the last one all of them. */
const Steps = z
  .array(z.number().int().min(1).max(100))
  .min(1)
  .max(20)
  .refine(
    (steps) => steps.every((share, index) => share > (steps[index - 1] ?? 0)),
    'must rise from step to step',
  )
  .refine((steps) => steps.at(-1) === 100, 'must end with 100')
  .default([10, 50, 100]);

const values = (of: z.ZodType<string>, max: number) => ({
  source: z.array(of).min(1).max(max),
  target: z.array(of).min(1).max(max),
});

const sidesDiffer = ({ source, target }: { readonly source: unknown; readonly target: unknown }): boolean =>
  JSON.stringify(source) !== JSON.stringify(target);
const DIFFER = { message: 'source and target must differ', path: ['target'] };

/** One record set, with the values it must have while users are on a side. A name has one kind of record on both sides. */
export const Records = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('A'), ...values(z.ipv4(), 20) }),
    z.object({ type: z.literal('AAAA'), ...values(z.ipv6(), 20) }),
    z.object({ type: z.literal('CNAME'), ...values(HostName, 1) }),
  ])
  .refine(sidesDiffer, DIFFER);
export type Records = z.infer<typeof Records>;

const Zone = {
  zone: HostName,
  /** Relative to the zone; `@` is the zone itself. */
  name: z.union([z.literal('@'), z.literal('*'), HostName]),
  records: Records,
  lowTtlSeconds: LowTtlSeconds,
};

export const AzureDnsTraffic = z.object({ kind: z.literal('azure-dns'), ...Subscription, ...Zone, ...Climb });
export type AzureDnsTraffic = z.infer<typeof AzureDnsTraffic>;

/** DNS UPDATE (RFC 2136) to the zone's primary server, signed with a TSIG key (RFC 8945). */
export const DnsUpdateTraffic = z.object({
  kind: z.literal('dns-update'),
  server: z.union([z.ipv4(), z.ipv6(), HostName]),
  port: z.number().int().min(1).max(65_535).default(53),
  /** Name of the key, and the secret that holds its base64 text. HMAC-SHA256. */
  key: z.object({ name: HostName, secret: SecretName }),
  ...Zone,
  ...Climb,
});
export type DnsUpdateTraffic = z.infer<typeof DnsUpdateTraffic>;

const Endpoint = z.object({ type: z.enum(['azureEndpoints', 'externalEndpoints']), name: ResourceName });

/** Two endpoints of a profile with weighted routing. Its TTL is lowered like that of a record. */
export const TrafficManagerTraffic = z
  .object({
    kind: z.literal('traffic-manager'),
    ...Subscription,
    profile: ResourceName,
    source: Endpoint,
    target: Endpoint,
    steps: Steps,
    lowTtlSeconds: LowTtlSeconds,
    ...Climb,
  })
  .refine(sidesDiffer, DIFFER);
export type TrafficManagerTraffic = z.infer<typeof TrafficManagerTraffic>;

/** Two origins of an origin group. Nothing is cached by resolvers: there is no TTL to lower. */
export const FrontDoorTraffic = z
  .object({
    kind: z.literal('front-door'),
    ...Subscription,
    profile: ResourceName,
    originGroup: ResourceName,
    source: ResourceName,
    target: ResourceName,
    steps: Steps,
    ...Climb,
  })
  .refine(sidesDiffer, DIFFER);
export type FrontDoorTraffic = z.infer<typeof FrontDoorTraffic>;

/** A value that applications read, such as a base address. `waitMs` should exceed how long they keep what they read. */
export const AppConfigurationTraffic = z
  .object({
    kind: z.literal('app-configuration'),
    /** Name of the store, the first part of its address. */
    store: z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{3,48}[A-Za-z0-9])$/, 'use the name of a store'),
    key: z
      .string()
      .min(1)
      .max(1_000)
      .regex(/^[^%\u0000-\u001f]+$/)
      .refine((key) => key !== '.' && key !== '..', 'use a key'),
    label: z.string().min(1).max(1_000).optional(),
    source: z.string().max(8_000),
    target: z.string().max(8_000),
    ...Climb,
  })
  .refine(sidesDiffer, DIFFER);
export type AppConfigurationTraffic = z.infer<typeof AppConfigurationTraffic>;

/**
 * How users are sent to the other side by Causeway itself instead of by the workload's hook (R135 R147): which record, endpoints,
 * origins or key decide it, what they are before and after, and how the ladder between is climbed.
 */
export const Traffic = z.discriminatedUnion('kind', [
  AzureDnsTraffic,
  DnsUpdateTraffic,
  TrafficManagerTraffic,
  FrontDoorTraffic,
  AppConfigurationTraffic,
]);
export type Traffic = z.infer<typeof Traffic>;
