import type { ContentPiece } from '../contracts/planning/records';
import type { Journal } from '../ports/journal';

interface Recent<T> {
  readonly items: readonly T[];
  /** Those it is stored in. */
  readonly pieces: readonly ContentPiece[];
}

/**
 * Lists that were read or written last, by the segment that each lies in. What was read once stays right, for a segment's name
 * includes the hash of what it holds; and the same content is the same array, so whoever remembers what came of it need not look.
 */
class RecentLists<T> {
  readonly #lists = new Map<string, Recent<T>>();
  #items = 0;

  constructor(private readonly most: number) {}

  get(journalId: string, segment: string): readonly T[] | undefined {
    const key = keyOf(journalId, segment);
    const found = this.#lists.get(key);
    if (found === undefined) return undefined;
    this.#lists.delete(key);
    this.#lists.set(key, found);
    return found.items;
  }

  /** Forgets what was used longest ago. */
  set(journalId: string, segment: string, items: readonly T[], pieces: readonly ContentPiece[]): void {
    const key = keyOf(journalId, segment);
    this.#forget(key);
    this.#lists.set(key, { items, pieces });
    this.#items += items.length + 1;
    for (const oldest of this.#lists.keys()) {
      if (this.#items <= this.most || oldest === key) return;
      this.#forget(oldest);
    }
  }

  /** Items of a journal by the segment of their piece: lists that differ in one have the others in common. */
  pieces(journalId: string): ReadonlyMap<string, readonly T[]> {
    const found = new Map<string, readonly T[]>();
    for (const [key, { items, pieces }] of this.#lists) {
      if (!key.startsWith(keyOf(journalId, ''))) continue;
      let from = 0;
      for (const piece of pieces) {
        if (!found.has(piece.segment)) found.set(piece.segment, items.slice(from, from + piece.items));
        from += piece.items;
      }
    }
    return found;
  }

  #forget(key: string): void {
    const found = this.#lists.get(key);
    if (found === undefined) return;
    this.#items -= found.items.length + 1;
    this.#lists.delete(key);
  }
}

/** No journal id has a slash. */
const keyOf = (journalId: string, segment: string): string => `${journalId}/${segment}`;

const ofEach = <T>(most: number): ((journal: Journal) => RecentLists<T>) => {
  const byJournal = new WeakMap<Journal, RecentLists<T>>();
  return (journal) => {
    const recent = byJournal.get(journal) ?? new RecentLists<T>(most);
    byJournal.set(journal, recent);
    return recent;
  };
};

/** The lists of a journal's contents. */
export const recentLists = ofEach<unknown>(1_000_000);
/** What names their pieces: that of a list of 100,000 workloads is a thousand. */
export const recentIndexes = ofEach<ContentPiece>(200_000);
