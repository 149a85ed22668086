import type { Container, FeedOptions } from '@azure/cosmos';
import { MigrationError, type ErrorCode } from '../../contracts/errors';
import type { Change, DocumentType, Operation, Page, PageRequest, Store, Stored } from '../../ports/store';
import { checkKey, checkPageLimit, PAGE_DEFAULT } from '../../ports/store-limits';
import { LedgerChanges } from './change-feed';
import { PATIENCE, prepareBatch, sendBatch, type Patience } from './commit-batch';
import { decodePlace, encodePlace } from './continuation';
import { chargeOf, orUnavailable } from './cosmos-failure';
import { itemId, StoredItem, toStored } from './ledger-item';
import { openLedgerContainer, type CosmosAccount, type LedgerContainer } from './open-container';
import { readItem } from './read-item';
import { Charge, type ChargedCall, type OnCharge } from './request-charge';
import { sortRange } from './sort-text';
import { withinLimit } from './within-limit';

/** How long a read goes on trying: the SDK repeats reads by itself, up to two hours where nobody stops it. */
const READ_LIMIT_MS = 30_000;

const FAILURES: readonly ErrorCode[] = ['internal', 'store-unavailable'];

export type CosmosStoreOptions = CosmosAccount & {
  readonly onCharge?: OnCharge;
  /** How long one request may take. */
  readonly requestLimitMs?: number;
  /** How long one read may take with all its repetitions. */
  readonly readLimitMs?: number;
  readonly patience?: Patience;
};

/** A store in the database `causeway` of an account; it connects when first used. */
export const openCosmosStore = (options: CosmosStoreOptions): CosmosStore =>
  new CosmosStore(openLedgerContainer(options, options.requestLimitMs), options);

/** The store in one container of Cosmos DB; README.md says why it is laid out as it is. */
export class CosmosStore implements Store {
  readonly #feed: LedgerChanges;
  readonly #readLimitMs: number;

  constructor(
    private readonly ledger: LedgerContainer,
    private readonly options: Pick<CosmosStoreOptions, 'onCharge' | 'patience' | 'readLimitMs'>,
  ) {
    this.#readLimitMs = options.readLimitMs ?? READ_LIMIT_MS;
    this.#feed = new LedgerChanges(() => this.#container(), this.#readLimitMs);
  }

  async read<T>(type: DocumentType<T>, partition: string, id: string): Promise<Stored<T> | null> {
    checkKey('partition', partition);
    checkKey('id', id);
    return this.#charged('read', async (charge) => {
      const container = await this.#container();
      const limit = AbortSignal.timeout(this.#readLimitMs);
      const item = await readItem(container, partition, itemId(type.name, id), charge, limit);
      return item === null ? null : toStored(type, item);
    });
  }

  async list<T>(type: DocumentType<T>, partition: string, page: PageRequest = {}): Promise<Page<T>> {
    checkKey('partition', partition);
    const range = sortRange([type.name, ''], [type.name]);
    return this.#charged('list', (charge) =>
      this.#page(type, 'c.key', range, page, { partitionKey: partition }, (item) => item.key, charge),
    );
  }

  async find<T>(
    type: DocumentType<T>,
    index: string,
    range: { readonly equals: string } | { readonly from: string; readonly to: string },
    page: PageRequest = {},
  ): Promise<Page<T>> {
    const [from, to] = 'equals' in range ? [range.equals, range.equals] : [range.from, range.to];
    const entries = sortRange([type.name, from], [type.name, to]);
    const path = `c.find[${JSON.stringify(index)}]`;
    return this.#charged('find', (charge) =>
      // Without it the SDK first sends a query that must fail, to learn that it needs a plan.
      this.#page(
        type,
        path,
        entries,
        page,
        { forceQueryPlan: true },
        (item) => item.find[index] ?? '',
        charge,
      ),
    );
  }

  async commit(partition: string, operations: readonly Operation[]): Promise<void> {
    const batch = prepareBatch(partition, operations);
    await this.#charged('commit', async (charge) =>
      sendBatch(await this.#container(), batch, charge, this.options.patience ?? PATIENCE),
    );
  }

  async changes(
    type: string,
    after: string | null,
    limit: number,
  ): Promise<{ changes: readonly Change[]; next: string }> {
    checkPageLimit(limit);
    return this.#charged('changes', (charge) => this.#feed.read(type, after, limit, charge));
  }

  /** Stops what runs in the background; calls under way go on. */
  close(): void {
    this.ledger.close();
  }

  #container(): Promise<Container> {
    return withinLimit(this.#readLimitMs, this.ledger.container());
  }

  /** One range over one sort text, which is also where the next page goes on: writes in between neither repeat nor hide others. */
  async #page<T>(
    type: DocumentType<T>,
    path: string,
    range: { readonly after: string; readonly end: string },
    page: PageRequest,
    scope: FeedOptions,
    sortTextOf: (item: StoredItem) => string,
    charge: Charge,
  ): Promise<Page<T>> {
    const limit = checkPageLimit(page.limit ?? PAGE_DEFAULT);
    const { continuation } = page;
    const after =
      continuation === undefined || continuation === null ? range.after : decodePlace('page', continuation);
    const query = {
      query: `SELECT TOP @limit * FROM c WHERE ${path} > @after AND ${path} < @end ORDER BY ${path}`,
      parameters: [
        { name: '@limit', value: limit + 1 },
        { name: '@after', value: after },
        { name: '@end', value: range.end },
      ],
    };
    const container = await this.#container();
    const items = await fetchAll(
      container,
      query,
      { ...scope, abortSignal: AbortSignal.timeout(this.#readLimitMs) },
      charge,
    );
    const shown = items.slice(0, limit);
    const last = shown.at(-1);
    return {
      items: shown.map((item) => toStored(type, item)),
      continuation: items.length > limit && last !== undefined ? encodePlace('page', sortTextOf(last)) : null,
    };
  }

  async #charged<R>(call: ChargedCall['call'], work: (charge: Charge) => Promise<R>): Promise<R> {
    const charge = new Charge();
    const began = performance.now();
    const report = (outcome: ChargedCall['outcome']) =>
      this.options.onCharge?.({ call, ...charge.sum, durationMs: performance.now() - began, outcome });
    try {
      const result = await work(charge);
      report('done');
      return result;
    } catch (error) {
      if (!(error instanceof MigrationError)) charge.add(chargeOf(error));
      const told = orUnavailable(error);
      report(told instanceof MigrationError && !FAILURES.includes(told.code) ? 'refused' : 'failed');
      throw told;
    }
  }
}

/** The service ends a page where it likes, also an empty one; the SDK goes on by its continuation token. */
async function fetchAll(
  container: Container,
  query: { query: string; parameters: { name: string; value: string | number }[] },
  options: FeedOptions,
  charge: Charge,
): Promise<StoredItem[]> {
  const items: StoredItem[] = [];
  const pages = container.items.query<unknown>(query, options);
  do {
    const page = await pages.fetchNext();
    charge.add(page.requestCharge);
    items.push(...(page.resources ?? []).map((resource) => StoredItem.parse(resource)));
  } while (pages.hasMoreResults());
  return items;
}
