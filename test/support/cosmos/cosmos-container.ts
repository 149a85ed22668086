import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { readCharge } from './cosmos-charges';
import {
  chargeOfItems,
  CosmosPartition,
  Operations,
  sizeOf,
  type Item,
  type PartitionState,
} from './cosmos-partition';
import { queryPlan, readQuery, sortTextOf } from './cosmos-query';
import { failure, refuse, type CosmosReply } from './cosmos-reply';

/** What infrastructure may say of a container; anything else is refused. */
export const Definition = z.strictObject({
  id: z.string().min(1),
  partitionKey: z.strictObject({
    paths: z.array(z.string().startsWith('/')).length(1),
    kind: z.literal('Hash'),
    version: z.literal(2),
  }),
  defaultTtl: z.literal(-1).optional(),
  indexingPolicy: z.strictObject({
    indexingMode: z.literal('consistent'),
    automatic: z.literal(true),
    includedPaths: z.array(z.strictObject({ path: z.string() })),
    excludedPaths: z.array(z.strictObject({ path: z.string() })),
  }),
});
export type Definition = z.infer<typeof Definition>;

export interface ContainerOptions {
  readonly now: () => number;
  /** How many transactions a replica is behind for a client that shows no session token. */
  readonly lagTransactions: number;
  /** The most items in one page of a query, whatever the client asks for. */
  readonly pageItems: number;
  readonly physicalPartitions: 1 | 3;
}

const RANGES: Readonly<Record<1 | 3, readonly (readonly [string, string, string])[]>> = {
  1: [['0', '', 'FF']],
  3: [
    ['0', '', '55'],
    ['1', '55', 'AA'],
    ['2', 'AA', 'FF'],
  ],
};

const QueryPlace = z.strictObject({ after: z.string(), left: z.number() });

/** One container; over three physical partitions the client must merge and keep a place in each. */
export class CosmosContainer {
  readonly #partitions: readonly CosmosPartition[];

  constructor(
    readonly definition: Definition,
    /** Eight bytes, as the SDK checks before it keeps a session token. */
    readonly rid: string,
    private readonly options: ContainerOptions,
  ) {
    this.#partitions = RANGES[options.physicalPartitions].map(
      ([id, min, max]) => new CosmosPartition(id, min, max, options.now, options.lagTransactions > 0),
    );
  }

  get resource() {
    return { ...this.definition, _rid: this.rid, _ts: 1, _self: '', _etag: '"1"', _docs: 'docs/' };
  }

  get ranges(): CosmosReply {
    const PartitionKeyRanges = this.#partitions.map(({ id, minInclusive, maxExclusive }) => ({
      ...{ id, minInclusive, maxExclusive, _rid: `${this.rid}${id}`, _self: '', _etag: '"1"', _ts: 1 },
      ...{ ridPrefix: 0, throughputFraction: 1 / this.#partitions.length, status: 'online', parents: [] },
    }));
    return { status: 200, body: { _rid: this.rid, PartitionKeyRanges, _count: PartitionKeyRanges.length } };
  }

  read(headers: IncomingHttpHeaders, id: string): CosmosReply {
    const { partition, physical } = this.#place(headers);
    const lsn = this.#replica(headers, physical);
    const item = physical.read(partition, id, lsn);
    const session = sessionOf(physical, lsn);
    if (item === null) return { ...failure(404, `no item ${id}`), headers: session, requestUnits: 1 };
    const requestUnits = readCharge(sizeOf(item));
    return { status: 200, body: item, headers: { ...session, etag: String(item['_etag']) }, requestUnits };
  }

  batch(headers: IncomingHttpHeaders, body: unknown): CosmosReply {
    if (headers['x-ms-cosmos-batch-atomic'] !== 'true')
      return refuse(400, 'Only atomic batches are known here.');
    const parsed = Operations.safeParse(body);
    if (!parsed.success) return refuse(400, `The batch is malformed: ${parsed.error.message}`);
    const { partition, physical } = this.#place(headers);
    const results = physical.batch(partition, parsed.data);
    return {
      status: results.some(({ statusCode }) => statusCode >= 400) ? 207 : 200,
      body: results,
      headers: sessionOf(physical, physical.lsn),
      requestUnits: results.reduce((sum, { requestCharge }) => sum + requestCharge, 0),
    };
  }

  upsert(headers: IncomingHttpHeaders, body: unknown): CosmosReply {
    const resourceBody = body as Item;
    const id = String(resourceBody['id']);
    const { partition, physical } = this.#place(headers);
    const ifMatch = physical.read(partition, id, physical.lsn)?.['_etag'] as string | undefined;
    const [result] = physical.batch(partition, [
      ifMatch === undefined
        ? { operationType: 'Create', resourceBody }
        : { operationType: 'Replace', id, ifMatch, resourceBody },
    ]);
    const { statusCode: status = 500, requestCharge: requestUnits = 0 } = result ?? {};
    const session = sessionOf(physical, physical.lsn);
    if (status >= 400) return { ...failure(status, `no item ${id}`), headers: session, requestUnits };
    return { status, body: physical.read(partition, id, physical.lsn), headers: session, requestUnits };
  }

  plan(body: unknown): CosmosReply {
    return { status: 200, body: queryPlan(readQuery(body)), requestUnits: 0 };
  }

  query(headers: IncomingHttpHeaders, body: unknown): CosmosReply {
    const query = readQuery(body);
    const rangeId = headers['x-ms-documentdb-partitionkeyrangeid'];
    if (headers['x-ms-documentdb-partitionkey'] === undefined && rangeId === undefined) {
      const { body: error } = failure(400, 'Cross partition query only supports the gateway with a plan.');
      return {
        status: 400,
        body: { ...(error as object), additionalErrorInfo: JSON.stringify(queryPlan(query)) },
      };
    }
    const place = rangeId === undefined ? this.#place(headers) : null;
    const physical = place?.physical ?? this.#range(String(rangeId));
    if (query.isRewritten !== (place === null))
      return refuse(400, 'The query does not fit the partition it asks.');
    const lsn = this.#replica(headers, physical);
    const from = readPlace(headers['x-ms-continuation']) ?? { after: query.after, left: query.top };
    const found = physical.query(query, place?.partition ?? null, from.after, lsn);
    const size = Math.min(from.left, this.options.pageItems, pageSize(headers));
    const items = found.slice(0, size).map(({ item }) => item);
    const last = items.at(-1);
    const left = from.left - items.length;
    const hasMore = left > 0 && found.length > items.length && last !== undefined;
    const next = { after: last === undefined ? '' : (sortTextOf(query, last) ?? ''), left };
    const Documents = query.isRewritten
      ? items.map((item) => ({
          _rid: item['_rid'],
          orderByItems: [{ item: sortTextOf(query, item) }],
          payload: item,
        }))
      : items;
    return {
      status: 200,
      body: { _rid: this.rid, Documents, _count: Documents.length },
      headers: {
        ...sessionOf(physical, lsn),
        ...(hasMore ? { 'x-ms-continuation': toToken(next) } : {}),
      },
      requestUnits: chargeOfItems(items),
    };
  }

  feed(headers: IncomingHttpHeaders): CosmosReply {
    const physical = this.#range(String(headers['x-ms-documentdb-partitionkeyrangeid']));
    const place = headers['if-none-match'];
    if (place === '*') return { status: 304, headers: { etag: `"${physical.lsn}"` }, requestUnits: 1 };
    const after =
      place === undefined ? 0 : Number(/^"(\d+)"$/.exec(place)?.[1] ?? refuse(400, 'No such place.'));
    const { items, lsn } = physical.changesAfter(after, pageSize(headers));
    const etag = { ...sessionOf(physical, physical.lsn), etag: `"${lsn}"` };
    if (items.length === 0) return { status: 304, headers: etag, requestUnits: 1 };
    const body = { _rid: this.rid, Documents: items, _count: items.length };
    return { status: 200, body, headers: etag, requestUnits: chargeOfItems(items) };
  }

  get state(): readonly PartitionState[] {
    return this.#partitions.map(({ state }) => state);
  }

  restore(state: readonly PartitionState[]): void {
    for (const [at, each] of state.entries()) this.#partitions[at]?.restore(each);
  }

  #place(headers: IncomingHttpHeaders) {
    const key: unknown = JSON.parse(String(headers['x-ms-documentdb-partitionkey'] ?? 'null'));
    const partition = z.tuple([z.string()]).safeParse(key).data?.[0] ?? refuse(400, 'No partition key.');
    const hash = createHash('sha256').update(partition).digest();
    const physical = this.#partitions[(hash[0] ?? 0) % this.#partitions.length] ?? this.#range('0');
    return { partition, physical };
  }

  #range(id: string): CosmosPartition {
    const physical = this.#partitions.find((each) => each.id === id);
    return physical ?? refuse(410, `There is no physical partition ${id}.`, 1002);
  }

  /** A client that shows what it has seen is served from there on; another may get a replica that is behind. */
  #replica(headers: IncomingHttpHeaders, physical: CosmosPartition): number {
    const tokens = String(headers['x-ms-session-token'] ?? '').split(',');
    const token = tokens.find((each) => each.startsWith(`${physical.id}:`));
    const seen = Number(/#(\d+)/.exec(token ?? '')?.[1] ?? 0);
    return Math.max(seen, physical.lsn - this.options.lagTransactions);
  }
}

const sessionOf = ({ id }: CosmosPartition, lsn: number) => ({ 'x-ms-session-token': `${id}:-1#${lsn}` });

const pageSize = (headers: IncomingHttpHeaders): number => {
  const asked = Number(headers['x-ms-max-item-count'] ?? -1);
  return asked > 0 ? asked : 1_000;
};

const toToken = (place: unknown): string => Buffer.from(JSON.stringify(place)).toString('base64');

const readPlace = (continuation: string | string[] | undefined) =>
  continuation === undefined
    ? null
    : QueryPlace.parse(JSON.parse(Buffer.from(String(continuation), 'base64').toString()));
