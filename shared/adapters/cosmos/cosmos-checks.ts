import { ChangeFeedStartFrom, StatusCodes, type Container } from '@azure/cosmos';
import { z } from 'zod';
import { failed, ok, warning, type Check } from '../../ports/check';
import { CONTAINERS, DATABASE, LEASES, type ContainerDefinition } from './containers';
import { statusOf } from './cosmos-failure';
import { connectCosmos, type CosmosAccount } from './open-container';

const DEPLOY = 'Deploy infra/ again: it makes the database causeway and its containers.';
const GRANT =
  'Grant the identity of the application the SQL role Cosmos DB Built-in Data Contributor, and check COSMOS__accountEndpoint.';
/** Leases are renewed every 17 s where the trigger runs; it comes back within a minute where the application was asleep. */
const LAG_FAILED_MS = 5 * 60_000;

/** Whether the containers are there and as the application needs them. */
export const containersCheck = (account: CosmosAccount): Check => ({
  name: 'cosmos:containers',
  mend: GRANT,
  run: async () => {
    const client = connectCosmos(account);
    try {
      const found = await Promise.all(
        CONTAINERS.map((definition) =>
          differenceOf(client.database(DATABASE).container(definition.id), definition),
        ),
      );
      const differences = found.filter((difference) => difference !== null);
      return differences.length === 0 ? ok('as they should be') : failed(differences.join('; '), DEPLOY);
    } finally {
      client.dispose();
    }
  },
});

async function differenceOf(container: Container, wanted: ContainerDefinition): Promise<string | null> {
  try {
    const { resource } = await container.read();
    const path = resource?.partitionKey?.paths.join();
    if (path !== wanted.partitionKey.paths.join())
      return `${wanted.id} is partitioned by ${path ?? 'nothing'}`;
    return resource?.defaultTtl === wanted.defaultTtl
      ? null
      : `${wanted.id} lets documents expire after ${resource?.defaultTtl ?? 'never'}`;
  } catch (error) {
    if (statusOf(error) === 404) return `there is no container ${wanted.id}`;
    throw error;
  }
}

const Lease = z.object({ _ts: z.number(), Owner: z.string().nullish() });

/**
 * Whether the relay keeps up: its leases were written after the latest change that it should have seen. `latestChange` is null where
 * nothing is under way.
 */
export const leasesCheck = (account: CosmosAccount, latestChange: () => Promise<Date | null>): Check => ({
  name: 'cosmos:leases',
  mend:
    'Look into the traces of the function relay-events; check that it is not disabled (AzureWebJobs.relay-events.Disabled), ' +
    `and restart the application. ${GRANT}`,
  run: async () => {
    const client = connectCosmos(account);
    try {
      const leases = await readLeases(client.database(DATABASE).container(LEASES.id));
      const written = leases.map(({ _ts }) => _ts * 1_000);
      if (written.length === 0) return warning('the relay has not run yet: there are no leases');
      const latest = await latestChange();
      const lagMs = latest === null ? 0 : latest.getTime() - Math.max(...written);
      const owners = new Set(leases.map(({ Owner }) => Owner).filter(Boolean)).size;
      const detail = `${leases.length} leases, ${owners} owners, relay lag ${Math.max(0, Math.round(lagMs / 1_000))} s`;
      return lagMs >= LAG_FAILED_MS ? failed(detail) : ok(detail);
    } finally {
      client.dispose();
    }
  },
});

/** By the change feed, which needs no query; a lease is one document that is written again and again. */
async function readLeases(container: Container): Promise<z.infer<typeof Lease>[]> {
  const iterator = container.items.getChangeFeedIterator({
    changeFeedStartFrom: ChangeFeedStartFrom.Beginning(),
    maxItemCount: 1_000,
  });
  const leases: z.infer<typeof Lease>[] = [];
  for (;;) {
    const page = await iterator.readNext();
    if (page.statusCode === StatusCodes.NotModified) return leases;
    leases.push(...z.array(z.unknown()).parse(page.result).flatMap(toLease));
  }
}

/** Beside leases the container holds marks of the runtime's own, which have no owner. */
const toLease = (item: unknown): z.infer<typeof Lease>[] => {
  const parsed = Lease.safeParse(item);
  return parsed.success && typeof item === 'object' && item !== null && 'Owner' in item ? [parsed.data] : [];
};
