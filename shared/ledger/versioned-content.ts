import type { z } from 'zod';
import { MigrationError, StaleWriteError } from '../contracts/errors';
import { KEPT_VERSIONS, type ContentList, type KeptVersion } from '../contracts/planning/records';
import { contentHash } from '../domain/planning/content-hash';
import type { Journal } from '../ports/journal';
import { checkedList, folderOf, piecesOf, writeList } from './content-lists';
import { severalAtOnce } from './several-at-once';

/** Versions that are kept, oldest first. */
export interface Versions {
  /** The newest, or 0 before there is one. */
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
 * Writes the content of the next version, before its record: whoever reads sees all of it or nothing. What a kept version has of it
 * already is not written again. Gives up what no version needs any more, failed tries among it. Throws where an item is not as its
 * schema has it, and `StaleWriteError` where there is a newer version meanwhile.
 *
 * What is written anew lies in the folder of the next version, what is given up in those before. So nothing that a version under
 * way elsewhere names is given up: it names what it wrote itself, and what is kept of the version that it follows.
 */
export const writeContent = async (
  journal: Journal,
  journalId: string,
  before: Versions,
  given: Lists,
  schemas: ListSchemas,
): Promise<WrittenContent> => {
  const lists = Object.entries(given).map(([name, items]) => ({
    name,
    ...checkedList(items, schemaOf(schemas, name)),
  }));
  const needed = await neededSegments(journal, journalId, before);
  await dropUnneeded(journal, journalId, before, needed);
  const there = new Map(
    [...needed]
      .filter((segment) => segment.includes('/pieces/'))
      .map((segment) => [hashIn(segment), segment]),
  );
  const written: Record<string, ContentList> = {};
  for (const { name, ...list } of lists)
    written[name] =
      before.versions.map((kept) => kept.lists[name]).find((kept) => kept?.hash === list.hash) ??
      (await writeList(journal, journalId, before.version + 1, list, there));
  const hashes = Object.fromEntries(lists.map(({ name, hash }) => [name, hash]));
  return { contentHash: contentHash(hashes), lists: written };
};

const schemaOf = (schemas: ListSchemas, name: string): z.ZodType => {
  const schema = schemas[name];
  if (schema === undefined) throw new MigrationError('internal', `a list ${name} without a schema`);
  return schema;
};

const hashIn = (segment: string): string => segment.slice(segment.lastIndexOf('/') + 1);

/** All that kept versions consist of. */
const neededSegments = async (
  journal: Journal,
  journalId: string,
  { versions }: Versions,
): Promise<ReadonlySet<string>> => {
  const lists = new Map(
    versions.flatMap((kept) => Object.values(kept.lists)).map((list) => [list.segment, list]),
  );
  try {
    const pieces = await severalAtOnce([...lists.values()], (list) => piecesOf(journal, journalId, list));
    return new Set([...lists.keys(), ...pieces.flat().map(({ segment }) => segment)]);
  } catch (error) {
    if (!(error instanceof MigrationError) || error.code !== 'conflict') throw error;
    throw new StaleWriteError(`${journalId} has been changed meanwhile`, { cause: error });
  }
};

/** Only what is not newer than the newest version: one after it may be under way elsewhere. */
const dropUnneeded = async (
  journal: Journal,
  journalId: string,
  { version }: Versions,
  needed: ReadonlySet<string>,
): Promise<void> => {
  const newer = folderOf(version + 1);
  const there = (await journal.segments(journalId, 'versions/')).filter((segment) => segment < newer);
  const folders = new Set([...needed].map(folderIn));
  const useless = there.filter((segment) => !needed.has(segment));
  // A whole folder in one go, where nothing of it is needed.
  const dropped = new Set(
    useless.map((segment) => (folders.has(folderIn(segment)) ? segment : folderIn(segment))),
  );
  await severalAtOnce([...dropped], (prefix) => journal.drop(journalId, prefix));
};

/** With the slash behind it. */
const folderIn = (segment: string): string => segment.slice(0, segment.indexOf('/', 'versions/'.length) + 1);

/** The versions with one more; the oldest make room. */
export const withVersion = <T extends KeptVersion>(versions: readonly T[], added: T): T[] =>
  [...versions, added].slice(-KEPT_VERSIONS);

/** Throws `not-found` where that version is kept no longer, or never was. */
export const keptVersion = <T extends KeptVersion>(
  head: { readonly id: string; readonly version: number; readonly versions: readonly T[] },
  version: number,
): T => {
  const kept = head.versions.find((each) => each.version === version);
  if (kept !== undefined) return kept;
  const [oldest] = head.versions;
  throw new MigrationError(
    'not-found',
    `${head.id} has no version ${version}: versions ${oldest?.version ?? 0} to ${head.version} can be read`,
  );
};
