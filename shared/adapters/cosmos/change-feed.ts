import {
  ChangeFeedStartFrom,
  StatusCodes,
  type ChangeFeedPullModelIterator,
  type Container,
} from '@azure/cosmos';
import { z } from 'zod';
import { MigrationError } from '../../contracts/errors';
import type { Change } from '../../ports/store';
import { classify } from './cosmos-failure';
import { decodePlace, encodePlace } from './continuation';
import type { Charge } from './request-charge';
import { withinLimit } from './within-limit';

const ChangedItem = z.object({
  partition: z.string(),
  type: z.string(),
  /** Absent in the mark of a commit. */
  name: z.string().optional(),
  key: z.string().optional(),
  body: z.unknown().optional(),
  /** Number of the transaction in its physical partition. */
  _lsn: z.number().optional(),
});
type ChangedItem = z.infer<typeof ChangedItem>;
/** The SDK's continuation: one place for each physical partition. */
const Token = z.object({ rid: z.string(), Continuation: z.array(z.looseObject({})).min(1) });

const PLACE = 'feed';

/** Reads the container's change feed by pulling, and leaves out what is of another type: the service cannot. */
export class LedgerChanges {
  /** An iterator costs a request to open; who goes on where he left off finds it open. */
  #open: { readonly place: string; readonly iterator: ChangeFeedPullModelIterator<unknown> } | null = null;

  constructor(
    private readonly container: () => Promise<Container>,
    /** How long one page may take. */
    private readonly limitMs: number,
  ) {}

  /**
   * A page holds whole transactions of one physical partition, so it can be longer than the limit by the rest of one. `next` moves on
   * over what is of another type, too.
   */
  async read(type: string, after: string | null, limit: number, charge: Charge) {
    const iterator = await this.#iterator(after, limit);
    for (;;) {
      const page = await withinLimit(this.limitMs, iterator.readNext());
      charge.add(page.requestCharge);
      if (page.statusCode !== StatusCodes.Ok && page.statusCode !== StatusCodes.NotModified)
        throw new MigrationError(
          classify(page.statusCode).kind === 'final' ? 'internal' : 'store-unavailable',
          `the change feed answered ${page.statusCode}`,
        );
      const isEnd = page.statusCode === StatusCodes.NotModified;
      const changes = isEnd ? [] : toChanges(page.result, type);
      if (changes.length === 0 && !isEnd) continue;
      const next = encodePlace(PLACE, page.continuationToken);
      this.#open = { place: `${limit} ${next}`, iterator };
      return { changes, next };
    }
  }

  async #iterator(after: string | null, limit: number): Promise<ChangeFeedPullModelIterator<unknown>> {
    const open = this.#open;
    this.#open = null;
    if (open !== null && open.place === `${limit} ${after}`) return open.iterator;
    const changeFeedStartFrom =
      after === null ? ChangeFeedStartFrom.Beginning() : ChangeFeedStartFrom.Continuation(readToken(after));
    const container = await this.container();
    return container.items.getChangeFeedIterator({ changeFeedStartFrom, maxItemCount: limit });
  }
}

const toChanges = (result: unknown, type: string): Change[] =>
  z
    .array(ChangedItem)
    .parse(result)
    .filter((item): item is ChangedItem & { name: string } => item.type === type && item.name !== undefined)
    .toSorted(byTransactionAndKey)
    .map(({ partition, name, body }) => ({ partition, type, id: name, body }));

/** The feed is in the order of transactions; what one of them wrote comes together, but in any order. */
const byTransactionAndKey = (a: ChangedItem, b: ChangedItem): number => {
  const [{ _lsn: lsn = 0, key = '' }, { _lsn: otherLsn = 0, key: otherKey = '' }] = [a, b];
  if (lsn !== otherLsn) return lsn - otherLsn;
  return key < otherKey ? -1 : key > otherKey ? 1 : 0;
};

/** Throws `invalid-input` for a place that this feed did not give. */
function readToken(after: string): string {
  const token = decodePlace(PLACE, after);
  if (isToken(token)) return token;
  throw new MigrationError('invalid-input', 'The position is not one that this feed gave', {
    field: 'after',
  });
}

const isToken = (text: string): boolean => {
  try {
    return Token.safeParse(JSON.parse(text)).success;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
};
