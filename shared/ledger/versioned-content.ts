import type { z } from 'zod';
import { MigrationError, StaleWriteError } from '../contracts/errors';
import { KEPT_VERSIONS, type ContentList, type KeptVersion } from '../contracts/planning/records';
import { contentHash, itemHash, listHash } from '../domain/planning/content-hash';
import type { Journal } from '../ports/journal';
import { sequenceId } from './documents';

/** Well below what one append may hold. */
const BATCH_ITEMS = 2_000;
const BATCH_CHARACTERS = 8 * 1024 * 1024;

/** What a head says of its content. */
interface Head {
  readonly version: number;
  readonly versions: readonly KeptVersion[];
}

/** Content by name of the list, and what its items have to be like. */
export type Lists = Readonly<Record<string, readonly unknown[]>>;
export type ListSchemas = Readonly<Record<string, z.ZodType>>;

export interface WrittenContent {
  readonly contentHash: string;
  readonly lists: Readonly<Record<string, ContentList>>;
}

/**
 * Writes the content of a head's next version, before the head: whoever reads sees all of it or nothing. Lists that a kept version
 * has already are not written again. Repeated, also by two at once, it writes the same lines once; other content for the same version
 * lies elsewhere. `head` null: there is none yet. Gives up what no version needs any more, failed tries among it. Throws where an item
 * is not as its schema has it: nothing is written that could not be read.
 */
export const writeContent = async (
  journal: Journal,
  journalId: string,
  head: Head | null,
  given: Lists,
  schemas: ListSchemas,
): Promise<WrittenContent> => {
  const lists = Object.entries(given).map(([name, items]) => ({ name, ...checked(items, schemas[name]) }));
  const hashes = Object.fromEntries(lists.map((list) => [list.name, list.hash]));
  const hash = contentHash(hashes);
  await dropUnneeded(journal, journalId, head);
  const folder = `versions/${sequenceId((head?.version ?? 0) + 1)}/${hash.slice(0, 32)}`;
  const written: Record<string, ContentList> = {};
  for (const { name, items, hash: ofItems } of lists) {
    const own = { segment: `${folder}/${name}`, hash: ofItems, items: items.length };
    const there = head?.versions.map((kept) => kept.lists[name]).find((list) => list?.hash === own.hash);
    if (there === undefined) {
      await writeList(journal, journalId, own.segment, items);
      cacheOf(journal).set(own.segment + journalId, items);
    }
    written[name] = there ?? own;
  }
  return { contentHash: hash, lists: written };
};

/** Items that are as their schema has them, and their hashes as far as they were asked for; nothing changes an item. */
const known = new WeakMap<object, string | null>();

const parsed = <T>(item: unknown, schema: z.ZodType<T>): T & object => {
  if (typeof item === 'object' && item !== null && known.has(item)) return item as T & object;
  const fresh = schema.parse(item) as T & object;
  known.set(fresh, null);
  return fresh;
};

const checked = (
  given: readonly unknown[],
  schema: z.ZodType | undefined,
): { readonly items: readonly unknown[]; readonly hash: string } => {
  if (schema === undefined) throw new MigrationError('internal', 'a list without a schema');
  const items = given.map((item) => parsed(item, schema));
  const hashes = items.map((item) => {
    const hash = known.get(item) ?? itemHash(item);
    known.set(item, hash);
    return hash;
  });
  return { items, hash: listHash(hashes) };
};

/** The versions of a head with one more; the oldest make room. */
export const withVersion = (head: Head | null, added: KeptVersion): KeptVersion[] =>
  [...(head?.versions ?? []), added].slice(-KEPT_VERSIONS);

/** Only what is not newer than the head: a version after it may be under way elsewhere. */
const dropUnneeded = async (journal: Journal, journalId: string, head: Head | null): Promise<void> => {
  if (head === null) return;
  const needed = new Set(
    head.versions.flatMap(({ lists }) => Object.values(lists)).map(({ segment }) => segment),
  );
  const newer = `versions/${sequenceId(head.version + 1)}`;
  for (const segment of await journal.segments(journalId, 'versions/'))
    if (segment < newer && !needed.has(segment)) await journal.drop(journalId, segment);
};

const writeList = async (
  journal: Journal,
  journalId: string,
  segment: string,
  items: readonly unknown[],
): Promise<void> => {
  let position = await journal.length(journalId, segment);
  while (position < items.length) {
    const batch = batchFrom(items, position);
    try {
      await journal.append(journalId, segment, position, batch);
      position += batch.length;
    } catch (error) {
      // Somebody who writes the same was faster; the name of the segment says that it is the same.
      const reached = error instanceof StaleWriteError ? await journal.length(journalId, segment) : position;
      if (reached <= position) throw error;
      position = reached;
    }
  }
};

const batchFrom = (items: readonly unknown[], position: number): unknown[] => {
  const batch: unknown[] = [];
  let characters = 0;
  for (let at = position; at < items.length && batch.length < BATCH_ITEMS; at += 1) {
    characters += JSON.stringify(items[at]).length;
    if (batch.length > 0 && characters > BATCH_CHARACTERS) break;
    batch.push(items[at]);
  }
  return batch;
};

/** Throws `not-found` where that version is kept no longer, or never was. */
export const keptVersion = (head: Head & { readonly id: string }, version: number): KeptVersion => {
  const kept = head.versions.find((each) => each.version === version);
  if (kept !== undefined) return kept;
  const [oldest] = head.versions;
  throw new MigrationError(
    'not-found',
    `${head.id} has no version ${version}: versions ${oldest?.version ?? 0} to ${head.version} can be read`,
  );
};

/** A list of a kept version, whole. Throws `conflict` where it is given up meanwhile. */
export const readContentList = async <T>(
  journal: Journal,
  journalId: string,
  { lists }: KeptVersion,
  name: string,
  schema: z.ZodType<T>,
): Promise<readonly T[]> => {
  const list = lists[name];
  if (list === undefined) throw new MigrationError('internal', `${journalId} has no list ${name}`);
  const cached = cacheOf(journal);
  const found = cached.get(list.segment + journalId);
  if (found !== undefined) return found as readonly T[];
  const items: T[] = [];
  for await (const line of journal.read(journalId, list.segment)) items.push(parsed(line, schema));
  if (items.length !== list.items)
    throw new MigrationError(
      'conflict',
      `${list.segment} of ${journalId} has ${items.length} items, not ${list.items}: it was given up meanwhile`,
    );
  cached.set(list.segment + journalId, items);
  return items;
};

/** A segment's name includes the hash of what it holds, so what was read once stays right. */
class ListCache {
  static readonly ITEMS = 1_000_000;
  readonly #lists = new Map<string, readonly unknown[]>();
  #items = 0;

  get(key: string): readonly unknown[] | undefined {
    const found = this.#lists.get(key);
    if (found === undefined) return undefined;
    this.#lists.delete(key);
    this.#lists.set(key, found);
    return found;
  }

  /** Forgets what was used longest ago. */
  set(key: string, items: readonly unknown[]): void {
    this.#lists.set(key, items);
    this.#items += items.length + 1;
    for (const [oldest, { length }] of this.#lists) {
      if (this.#items <= ListCache.ITEMS || oldest === key) return;
      this.#lists.delete(oldest);
      this.#items -= length + 1;
    }
  }
}

const caches = new WeakMap<Journal, ListCache>();
const cacheOf = (journal: Journal): ListCache => {
  const cache = caches.get(journal) ?? new ListCache();
  caches.set(journal, cache);
  return cache;
};
