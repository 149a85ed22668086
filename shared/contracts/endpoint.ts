import { z } from 'zod';
import { Slug } from './primitives';

const isNetwork = (text: string): boolean =>
  text === 'private' ||
  [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()].some((schema) => schema.safeParse(text).success);

/** Where an address may lie: an address, a network, or `private` for all that RFC 1918, 6598 and 4193 keep for private use. */
export const Network = z
  .string()
  .regex(/^(?:private|[0-9A-Fa-f.:]{2,45}(?:\/[0-9]{1,3})?)$/, 'use an address, a network or private')
  .refine(isNetwork, 'use an address, a network such as 10.1.0.0/16, or private');

export const ENDPOINT_SHAPE = {
  id: Slug,
  host: z
    .string()
    .max(253)
    .regex(/^[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/, 'use a host name or an IPv4 address'),
  /** dns: the name resolves. tcp: a connection opens. https: TLS is trusted, and HTTP answers with whatever status; with `from` only tcp. */
  protocol: z.enum(['dns', 'tcp', 'https']),
  port: z.number().int().min(1).max(65_535).default(443),
  /** Every address found must lie in one of these: a name meant for a private endpoint must not resolve to a public address. */
  expected: z.array(Network).max(20).default([]),
  /** The virtual machine to look from, by Azure Network Watcher; absent: from where Causeway runs. */
  from: z
    .string()
    .max(500)
    .regex(
      /^\/subscriptions\/[^/?#]+\/resourceGroups\/[^/?#]+\/providers\/Microsoft\.Compute\/virtualMachines\/[^/?#]+$/i,
      'use the resource id of a virtual machine',
    )
    .optional(),
};

/** Of what `isLookable` refuses. */
export const NOT_LOOKABLE = {
  message: 'names are resolved from where Causeway runs: use tcp or https with from',
  path: ['protocol'],
};

export const isLookable = (endpoint: {
  readonly protocol: 'dns' | 'tcp' | 'https';
  readonly from?: string | undefined;
}): boolean => endpoint.protocol !== 'dns' || endpoint.from === undefined;

/** Something that a moved workload has to reach, and how it should be found (R94). */
export const Endpoint = z.object(ENDPOINT_SHAPE).refine(isLookable, NOT_LOOKABLE);
export type Endpoint = z.infer<typeof Endpoint>;
