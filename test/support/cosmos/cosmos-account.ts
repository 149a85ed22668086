import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { CosmosContainer, Definition, type ContainerOptions } from './cosmos-container';
import type { RequestKind } from './cosmos-faults';
import type { PartitionState } from './cosmos-partition';
import { failure, refuse, type CosmosReply } from './cosmos-reply';

interface SavedContainer {
  readonly database: string;
  readonly rid: string;
  readonly definition: Definition;
  readonly partitions: readonly PartitionState[];
}

/** Databases and containers, and which of them a request is for. */
export class CosmosAccount {
  readonly #databases = new Map<string, Map<string, CosmosContainer>>();

  constructor(
    private readonly options: ContainerOptions,
    private readonly dataFile: string | null,
  ) {
    if (dataFile !== null) this.#load(dataFile);
  }

  handle(
    kind: RequestKind,
    request: IncomingMessage,
    segments: readonly string[],
    body: unknown,
    caller: 'key' | 'token',
  ): CosmosReply {
    const [, database = '', colls, container = '', sub, id] = segments;
    if (kind === 'account')
      return account('encrypted' in request.socket ? 'https' : 'http', String(request.headers.host));
    if (request.method === 'POST' && segments.length % 2 === 1 && sub === undefined) {
      if (caller === 'token')
        return failure(403, 'A data plane role does not create databases or containers.', 5300);
      return colls === undefined ? this.#createDatabase(body) : this.#createContainer(database, body);
    }
    const found = this.#databases.get(database);
    if (found === undefined) return failure(404, `no database ${database}`, 1003);
    if (request.method === 'DELETE' && colls === undefined && caller === 'key') {
      this.#databases.delete(database);
      return { status: 204 };
    }
    if (colls === undefined) return { status: 200, body: databaseResource(database) };
    const target = found.get(container);
    if (target === undefined) return failure(404, `no container ${container}`, sub === undefined ? 0 : 1003);
    const reply = carryOut(kind, target, request, sub, id, body);
    const owner = {
      'x-ms-content-path': target.rid,
      'x-ms-alt-content-path': `dbs/${database}/colls/${container}`,
    };
    return { ...reply, headers: { ...owner, ...reply.headers } };
  }

  get items(): unknown[] {
    const containers = [...this.#databases.values()].flatMap((each) => [...each.values()]);
    return containers.flatMap(({ state }) => state.flatMap(({ items }) => items.map(([, { item }]) => item)));
  }

  /** Writes everything, so that a server on the same file goes on where this one stops. */
  save(): void {
    if (this.dataFile === null) return;
    const saved: SavedContainer[] = [...this.#databases].flatMap(([database, containers]) =>
      [...containers.values()].map(({ rid, definition, state }) => ({
        database,
        rid,
        definition,
        partitions: state,
      })),
    );
    writeFileSync(`${this.dataFile}.new`, JSON.stringify(saved));
    renameSync(`${this.dataFile}.new`, this.dataFile);
  }

  #load(file: string): void {
    if (!existsSync(file)) return;
    for (const { database, rid, definition, partitions } of JSON.parse(
      readFileSync(file, 'utf8'),
    ) as SavedContainer[]) {
      const containers = this.#databases.get(database) ?? new Map<string, CosmosContainer>();
      this.#databases.set(database, containers);
      const container = new CosmosContainer(definition, rid, this.options);
      container.restore(partitions);
      containers.set(definition.id, container);
    }
  }

  #createDatabase(body: unknown): CosmosReply {
    const { id } = body as { id: string };
    if (this.#databases.has(id)) return failure(409, `the database ${id} exists`);
    this.#databases.set(id, new Map());
    return { status: 201, body: databaseResource(id) };
  }

  #createContainer(database: string, body: unknown): CosmosReply {
    const containers = this.#databases.get(database) ?? refuse(404, `no database ${database}`, 1003);
    const parsed = Definition.safeParse(body);
    if (!parsed.success) return failure(400, `The container is malformed: ${parsed.error.message}`);
    if (containers.has(parsed.data.id)) return failure(409, `the container ${parsed.data.id} exists`);
    const rid = randomBytes(8).toString('base64').replaceAll('/', '-');
    const container = new CosmosContainer(parsed.data, rid, this.options);
    containers.set(parsed.data.id, container);
    return { status: 201, body: container.resource };
  }
}

const carryOut = (
  kind: RequestKind,
  container: CosmosContainer,
  { headers }: IncomingMessage,
  sub: string | undefined,
  id: string | undefined,
  body: unknown,
): CosmosReply => {
  switch (kind) {
    case 'read':
      return container.read(headers, id ?? '');
    case 'batch':
      return container.batch(headers, body);
    case 'upsert':
      return container.upsert(headers, body);
    case 'plan':
      return container.plan(body);
    case 'query':
      return container.query(headers, body);
    case 'feed':
      return container.feed(headers);
    default:
      return sub === 'pkranges'
        ? container.ranges
        : { status: 200, body: container.resource, requestUnits: 1 };
  }
};

const databaseResource = (id: string) => ({ id, _rid: 'AAAAAA==', _ts: 1, _self: '', _etag: '"1"' });

const account = (scheme: string, host: string): CosmosReply => {
  const locations = [{ name: 'Loopback', databaseAccountEndpoint: `${scheme}://${host}/` }];
  return {
    status: 200,
    body: {
      id: 'stand-in',
      _self: '',
      _rid: host,
      writableLocations: locations,
      readableLocations: locations,
      enableMultipleWriteLocations: false,
      userConsistencyPolicy: { defaultConsistencyLevel: 'Session' },
      queryEngineConfiguration: '{}',
    },
  };
};
