import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Endpoint } from '../../contracts/endpoint';
import type { EndpointProbe, EndpointSight } from '../../ports/endpoint-probe';
import type { ArmClient } from './arm-client';
import { ArmError } from './arm-error';

const NETWORK_VERSION = '2024-05-01';
const COMPUTE_VERSION = '2024-07-01';
/** Network Watcher asks an agent in the machine, which takes tens of seconds. */
const LONGEST_MS = 120_000;

const Located = z.object({ id: z.string(), location: z.string() });
const Issue = z.object({ type: z.string().nullish(), context: z.unknown() });
const Connectivity = z.object({
  connectionStatus: z.string(),
  probesSent: z.number().nullish(),
  probesFailed: z.number().nullish(),
  hops: z
    .array(
      z.object({
        type: z.string().nullish(),
        address: z.string().nullish(),
        nextHopIds: z.array(z.string()).nullish(),
        issues: z.array(Issue).nullish(),
      }),
    )
    .nullish(),
});
type Connectivity = z.infer<typeof Connectivity>;
/** An operation that is followed by its status has the result in there. */
const Status = z.object({ properties: Connectivity });

export interface NetworkWatcherOptions {
  readonly client: ArmClient;
  readonly longestMs?: number;
}

/**
 * Looks from a virtual machine inside the customer's network: Azure Network Watcher has its agent there open a TCP connection
 * (Microsoft.Network networkWatchers/connectivityCheck). Whether TLS is trusted cannot be seen so.
 */
export class NetworkWatcherProbe implements EndpointProbe {
  constructor(private readonly options: NetworkWatcherOptions) {}

  async look(endpoint: Endpoint): Promise<EndpointSight> {
    try {
      return sightOf(await this.#check(endpoint));
    } catch (error) {
      return { addresses: [], problem: `cannot be looked at from ${nameOf(endpoint)}: ${wordsOf(error)}` };
    }
  }

  async #check({ from = '', host, port }: Endpoint): Promise<Connectivity> {
    const { client, longestMs = LONGEST_MS } = this.options;
    const reply = await client.send({
      method: 'POST',
      path: `${await this.#watcherOf(from)}/connectivityCheck`,
      apiVersion: NETWORK_VERSION,
      body: { source: { resourceId: from }, destination: { address: host, port }, protocol: 'Tcp' },
    });
    const untilMs = Date.now() + longestMs;
    let { operation } = reply;
    if (operation === null) return resultIn(reply.body);
    for (;;) {
      await sleep(operation.retryAfterMs);
      const progress = await client.follow(operation);
      if (progress.kind === 'failed') throw new Error(`${progress.armCode}: ${progress.message}`);
      if (progress.kind === 'succeeded') return resultIn(progress.body);
      if (Date.now() > untilMs) throw new Error(`no result within ${longestMs / 1_000} s`);
      operation = progress.operation;
    }
  }

  /** There is one for each region and subscription; the machine's own region counts. */
  async #watcherOf(machineId: string): Promise<string> {
    const { client } = this.options;
    const machine = await client.send({ method: 'GET', path: machineId, apiVersion: COMPUTE_VERSION });
    const { location } = Located.parse(machine.body);
    const path = `/subscriptions/${machineId.split('/')[2]}/providers/Microsoft.Network/networkWatchers`;
    const watchers = await client.list({ method: 'GET', path, apiVersion: NETWORK_VERSION });
    const found = watchers.map((each) => Located.parse(each)).find((each) => isSame(each.location, location));
    if (!found) throw new Error(`the subscription has no Network Watcher in ${location}: enable it there`);
    return found.id;
  }
}

const resultIn = (body: unknown): Connectivity => {
  const result = Connectivity.or(Status).safeParse(body);
  if (!result.success) throw new Error('Network Watcher answered without a result');
  return 'properties' in result.data ? result.data.properties : result.data;
};

/** `West Europe` and `westeurope` are the same region. */
const isSame = (a: string, b: string): boolean => plain(a) === plain(b);
const plain = (location: string): string => location.replace(/\s/g, '').toLowerCase();

/** The documents of the service say Connected, its examples on the web Reachable. */
const REACHED: ReadonlySet<string> = new Set(['connected', 'reachable']);

const sightOf = (found: Connectivity): EndpointSight => {
  const { connectionStatus, probesSent, probesFailed } = found;
  const hops = found.hops ?? [];
  const addresses = hops
    .filter(({ type, nextHopIds }) => type !== 'Source' && (nextHopIds ?? []).length === 0)
    .flatMap(({ address }) => (address ? [address] : []));
  if (REACHED.has(connectionStatus.toLowerCase())) return { addresses, problem: null };
  const issues = hops.flatMap(({ issues: of }) => of ?? []).flatMap(({ type }) => type ?? []);
  const lost = probesSent ? ` (${probesFailed ?? 0} of ${probesSent} tries failed)` : '';
  const why = issues.length === 0 ? '' : `: ${[...new Set(issues)].join(', ')}`;
  return { addresses, problem: `is ${connectionStatus}${lost}${why}` };
};

const nameOf = ({ from = '' }: Endpoint): string => from.split('/').at(-1) ?? '';

const wordsOf = (error: unknown): string => {
  if (error instanceof ArmError && error.status === 403)
    return `${error.message}. The identity needs Microsoft.Network/networkWatchers/connectivityCheck/action and the right to read the machine`;
  return error instanceof Error ? error.message : String(error);
};
