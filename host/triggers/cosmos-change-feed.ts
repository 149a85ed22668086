import {
  ChangeFeedStartFrom,
  CosmosClient,
  ErrorResponse,
  StatusCodes,
  type ChangeFeedPullModelIterator,
  type Container,
} from '@azure/cosmos';
import type { ListenerContext } from '../function-app';
import type { ChangeFeed, ChangeFeedTrigger } from './change-feed-reader';
import { describe, wait } from './retry-policy';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
const REQUEST_LIMIT_MS = 10_000;

interface Open {
  readonly after: string | null;
  readonly iterator: ChangeFeedPullModelIterator<unknown>;
}

/** Pulls the change feed of a container in Cosmos DB. The place in it, one for each physical partition, is kept by whoever reads. */
export const openCosmosChangeFeed = (
  connectionString: string,
  { database, container: name }: ChangeFeedTrigger,
  { clock, log }: ListenerContext,
  requestLimitMs = REQUEST_LIMIT_MS,
): ChangeFeed => {
  const client = openClient(connectionString, requestLimitMs);
  const container = client.database(database).container(name);
  const endpoint = /AccountEndpoint=([^;]+)/i.exec(connectionString)?.[1] ?? '';
  let open: Open | null = null;

  const page = async (after: string | null, limit: number) => {
    const iterator =
      open !== null && open.after === after ? open.iterator : iteratorFrom(container, after, limit);
    open = null;
    const { statusCode, result, continuationToken } = await iterator.readNext();
    if (statusCode !== StatusCodes.Ok && statusCode !== StatusCodes.NotModified)
      throw new Error(`the change feed answered ${statusCode}`);
    open = { after: continuationToken, iterator };
    return {
      documents: statusCode === StatusCodes.Ok ? (result as unknown as unknown[]) : [],
      next: continuationToken,
    };
  };

  const changes: ChangeFeed['changes'] = async (after, limit, stopping) => {
    for (let failures = 0; !stopping.aborted; failures += 1) {
      try {
        return await page(after, limit);
      } catch (error) {
        // Whoever writes first creates it.
        if (error instanceof ErrorResponse && error.code === StatusCodes.NotFound) break;
        const waitMs = Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS);
        log(
          'error',
          `The change feed of ${name} cannot be read, trying again in ${waitMs} ms: ${describe(error)}`,
          {
            error,
          },
        );
        await wait(clock, waitMs, stopping);
      }
    }
    return { documents: [], next: after ?? '' };
  };
  return {
    source: `${endpoint}${database}/${name}`,
    changes,
    onCommit: () => () => undefined,
    close: () => client.dispose(),
  };
};

/**
 * With discovery of endpoints the SDK would repeat a request that nobody answers for two hours, and a page of the feed cannot be called
 * off. The address of the account itself leads to the region that takes writes; here each failure is told, and tried again.
 */
const openClient = (connectionString: string, requestTimeout: number): CosmosClient =>
  new CosmosClient({
    connectionString,
    connectionPolicy: { requestTimeout, enableEndpointDiscovery: false },
  });

const iteratorFrom = (container: Container, after: string | null, limit: number) =>
  container.items.getChangeFeedIterator<unknown>({
    changeFeedStartFrom:
      after === null || after === ''
        ? ChangeFeedStartFrom.Beginning()
        : ChangeFeedStartFrom.Continuation(after),
    maxItemCount: limit,
  });
