import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { createCharge, deleteCharge, queryCharge, readCharge, replaceCharge } from './cosmos-charges';
import { sortTextOf, type RangeQuery } from './cosmos-query';

const SIZE_LIMIT_BYTES = 2 * 1024 * 1024;

export type Item = Record<string, unknown>;
/** One state of an item; null where it was deleted. The history serves replicas that lag. */
interface Version {
  readonly lsn: number;
  readonly item: Item | null;
}
export interface PartitionState {
  readonly lsn: number;
  readonly items: readonly (readonly [string, Version])[];
}

const Operation = z.discriminatedUnion('operationType', [
  z.strictObject({ operationType: z.literal('Create'), resourceBody: z.record(z.string(), z.unknown()) }),
  z.strictObject({
    operationType: z.literal('Replace'),
    id: z.string(),
    ifMatch: z.string(),
    resourceBody: z.record(z.string(), z.unknown()),
  }),
  z.strictObject({ operationType: z.literal('Delete'), id: z.string(), ifMatch: z.string() }),
]);
type Operation = z.infer<typeof Operation>;
export const Operations = z.array(Operation).min(1).max(100);

export interface OperationResult {
  readonly statusCode: number;
  readonly requestCharge: number;
  readonly eTag?: string;
}

/** One physical partition: its items, the number of its last transaction and what it changed. */
export class CosmosPartition {
  #lsn = 0;
  readonly #versions = new Map<string, Version[]>();
  /** Keys of the items that each logical partition ever had. */
  readonly #logical = new Map<string, Set<string>>();

  constructor(
    readonly id: string,
    readonly minInclusive: string,
    readonly maxExclusive: string,
    private readonly now: () => number,
    private readonly keepsHistory: boolean,
  ) {}

  get lsn(): number {
    return this.#lsn;
  }

  read(partition: string, id: string, atLsn: number): Item | null {
    return this.#current(keyOf(partition, id), atLsn);
  }

  /** All of it or nothing: the first operation that fails gives its status, every other one 424. */
  batch(partition: string, operations: readonly Operation[]): OperationResult[] {
    const staged = new Map<string, Item | null>();
    const results: OperationResult[] = [];
    for (const operation of operations) {
      const result = this.#stage(partition, operation, staged);
      if (result.statusCode >= 400)
        return operations.map((each) =>
          each === operation ? result : { statusCode: 424, requestCharge: 0 },
        );
      results.push(result);
    }
    this.#lsn += 1;
    for (const [key, item] of staged) this.#put(key, item === null ? null : { ...item, _lsn: this.#lsn });
    return results;
  }

  #stage(partition: string, operation: Operation, staged: Map<string, Item | null>): OperationResult {
    const id = operation.operationType === 'Create' ? String(operation.resourceBody['id']) : operation.id;
    const key = keyOf(partition, id);
    const found = staged.has(key) ? (staged.get(key) ?? null) : this.#current(key, this.#lsn);
    const requestCharge = chargeOf(operation, found);
    if (operation.operationType === 'Create') {
      if (found !== null) return { statusCode: 409, requestCharge };
    } else if (found === null) return { statusCode: 404, requestCharge };
    else if (found['_etag'] !== operation.ifMatch) return { statusCode: 412, requestCharge };
    if (operation.operationType === 'Delete') {
      staged.set(key, null);
      return { statusCode: 204, requestCharge };
    }
    const { resourceBody } = operation;
    if (resourceBody['partition'] !== partition || resourceBody['id'] !== id)
      return { statusCode: 400, requestCharge };
    if (sizeOf(resourceBody) > SIZE_LIMIT_BYTES) return { statusCode: 413, requestCharge };
    const eTag = `"${randomUUID()}"`;
    const system = { _rid: ridOf(key), _self: '', _attachments: 'attachments/', _etag: eTag };
    staged.set(key, { ...resourceBody, ...system, _ts: Math.floor(this.now() / 1_000) });
    return { statusCode: operation.operationType === 'Create' ? 201 : 200, requestCharge, eTag };
  }

  /** What is above a place and under the end, in order, of one logical partition or of all. */
  query(query: RangeQuery, partition: string | null, after: string, atLsn: number) {
    const keys = partition === null ? this.#versions.keys() : (this.#logical.get(partition) ?? []);
    return [...keys]
      .map((key) => this.#current(key, atLsn))
      .filter((item): item is Item => item !== null)
      .map((item) => ({ item, text: sortTextOf(query, item) }))
      .filter((each): each is { item: Item; text: string } => {
        const { text } = each;
        return text !== null && compare(text, after) > 0 && compare(text, query.end) < 0;
      })
      .sort((a, b) => compare(a.text, b.text));
  }

  /**
   * The latest state of what changed after a transaction, oldest first; never part of a transaction. The service promises no order
   * within one, so this turns it round.
   */
  changesAfter(lsn: number, limit: number): { items: Item[]; lsn: number } {
    const changed = [...this.#versions.keys()]
      .reverse()
      .map((key) => this.#current(key, this.#lsn))
      .filter((item): item is Item => item !== null && Number(item['_lsn']) > lsn)
      .sort((a, b) => Number(a['_lsn']) - Number(b['_lsn']));
    const last = changed[Math.min(limit, changed.length) - 1]?.['_lsn'];
    if (last === undefined) return { items: [], lsn: this.#lsn };
    return { items: changed.filter((item) => Number(item['_lsn']) <= Number(last)), lsn: Number(last) };
  }

  get state(): PartitionState {
    const items = [...this.#versions].flatMap(([key, versions]) =>
      versions[0] === undefined || versions[0].item === null ? [] : [[key, versions[0]] as const],
    );
    return { lsn: this.#lsn, items };
  }

  restore({ lsn, items }: PartitionState): void {
    this.#lsn = lsn;
    for (const [key, version] of items) this.#keep(key, [version]);
  }

  #put(key: string, item: Item | null): void {
    const earlier = this.keepsHistory ? (this.#versions.get(key) ?? []) : [];
    this.#keep(key, [{ lsn: this.#lsn, item }, ...earlier]);
    if (item === null && !this.keepsHistory) this.#versions.delete(key);
  }

  #keep(key: string, versions: Version[]): void {
    const [partition] = JSON.parse(key) as [string];
    const keys = this.#logical.get(partition) ?? new Set();
    this.#logical.set(partition, keys.add(key));
    this.#versions.set(key, versions);
  }

  #current(key: string, atLsn: number): Item | null {
    const version = this.#versions.get(key)?.find(({ lsn }) => lsn <= atLsn);
    const item = version?.item ?? null;
    if (item === null || typeof item['ttl'] !== 'number') return item;
    return Number(item['_ts']) + item['ttl'] > this.now() / 1_000 ? item : null;
  }
}

const keyOf = (partition: string, id: string): string => JSON.stringify([partition, id]);
const ridOf = (key: string): string => Buffer.from(key).toString('base64');
/** As the SDK compares where it merges partitions. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const sizeOf = (item: unknown): number => Buffer.byteLength(JSON.stringify(item));

const chargeOf = (operation: Operation, found: Item | null): number => {
  if (operation.operationType === 'Create') return createCharge(sizeOf(operation.resourceBody));
  if (operation.operationType === 'Replace') return replaceCharge(sizeOf(operation.resourceBody));
  return found === null ? readCharge(0) : deleteCharge(sizeOf(found));
};

export const chargeOfItems = (items: readonly unknown[]): number =>
  queryCharge(items.reduce<number>((sum, item) => sum + sizeOf(item), 0));
