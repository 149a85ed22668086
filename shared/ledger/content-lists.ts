import type { z } from 'zod';
import { MigrationError, StaleWriteError } from '../contracts/errors';
import { ContentPiece, type ContentList, type KeptVersion } from '../contracts/planning/records';
import { listHash } from '../domain/planning/content-hash';
import { cutIntoPieces } from '../domain/planning/cut-into-pieces';
import type { Journal } from '../ports/journal';
import { checkedItem, markOf, parsedItem } from './content-items';
import { sequenceId } from './documents';
import { recentIndexes, recentLists } from './recent-lists';
import { severalAtOnce } from './several-at-once';

/** Hashes of lists that were read or written whole: nothing changes a list. */
const hashes = new WeakMap<readonly unknown[], string>();

/** Throws where an item is not as the schema has it: nothing is written that could not be read. */
export const checkedList = (
  given: readonly unknown[],
  schema: z.ZodType,
): { readonly items: readonly object[]; readonly hash: string } => {
  const known = hashes.get(given);
  if (known !== undefined) return { items: given as readonly object[], hash: known };
  const checked = given.map((item) => checkedItem(item, schema));
  const isAsGiven = checked.every((item, at) => item === given[at]);
  const items = isAsGiven ? (given as readonly object[]) : checked;
  return { items, hash: listHash(items.map((item) => markOf(item).hash)) };
};

/** All that a version writes first lies in one place, apart from what other versions wrote first. */
export const folderOf = (version: number): string => `versions/${sequenceId(version)}`;

/**
 * Writes a list for that version, in pieces; those that `there` has by their hash are not written again. Repeated, also by two at
 * once, it writes the same once.
 */
export const writeList = async (
  journal: Journal,
  journalId: string,
  version: number,
  { items, hash }: { readonly items: readonly object[]; readonly hash: string },
  there: ReadonlyMap<string, string>,
): Promise<ContentList> => {
  const folder = folderOf(version);
  const pieces = await severalAtOnce(cutIntoPieces(items.map(markOf)), async (piece) => {
    const segment = there.get(piece.hash) ?? `${folder}/pieces/${piece.hash}`;
    const own = items.slice(piece.from, piece.to);
    if (!there.has(piece.hash)) await writeOnce(journal, journalId, segment, own);
    return { segment, items: own.length };
  });
  const isInPieces = pieces.length > 1;
  const segment = isInPieces
    ? `${folder}/lists/${listHash(pieces.map((piece) => piece.segment))}`
    : (pieces[0]?.segment ?? `${folder}/pieces/${hash}`);
  if (isInPieces) await writeOnce(journal, journalId, segment, pieces);
  const list = { segment, hash, items: items.length, isInPieces };
  remember(journal, journalId, list, items, pieces);
  return list;
};

/** In one append, so what is there is whole; and what is there under a name is the same, for it has its hash. */
const writeOnce = async (
  journal: Journal,
  journalId: string,
  segment: string,
  lines: readonly unknown[],
): Promise<void> => {
  try {
    await journal.append(journalId, segment, 0, lines);
  } catch (error) {
    const isThere =
      error instanceof StaleWriteError && (await journal.length(journalId, segment)) === lines.length;
    if (!isThere) throw error;
  }
};

/** Where the items of a list lie. Throws `conflict` where it is given up meanwhile. */
export const piecesOf = async (
  journal: Journal,
  journalId: string,
  { segment, items, isInPieces }: ContentList,
): Promise<readonly ContentPiece[]> => {
  if (!isInPieces) return [{ segment, items }];
  const recent = recentIndexes(journal);
  const known = recent.get(journalId, segment);
  if (known !== undefined) return known;
  const pieces = await linesOf(journal, journalId, segment, ContentPiece);
  const named = pieces.reduce((sum, piece) => sum + piece.items, 0);
  if (named !== items) throw givenUp(journalId, segment, named, items);
  recent.set(journalId, segment, pieces, []);
  return pieces;
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
  const recent = recentLists(journal);
  const found = recent.get(journalId, list.segment);
  if (found !== undefined) return found as readonly T[];
  const pieces = await piecesOf(journal, journalId, list);
  const known = recent.pieces(journalId);
  const read = await severalAtOnce(pieces, async ({ segment, items: wanted }) => {
    const items = known.get(segment) ?? (await linesOf(journal, journalId, segment, schema));
    if (items.length !== wanted) throw givenUp(journalId, segment, items.length, wanted);
    return items as readonly T[];
  });
  const items = read.flat();
  remember(journal, journalId, list, items, pieces);
  return items;
};

const remember = (
  journal: Journal,
  journalId: string,
  { segment, hash, isInPieces }: ContentList,
  items: readonly unknown[],
  pieces: readonly ContentPiece[],
): void => {
  hashes.set(items, hash);
  recentLists(journal).set(journalId, segment, items, pieces);
  if (isInPieces) recentIndexes(journal).set(journalId, segment, pieces, []);
};

const linesOf = async <T>(
  journal: Journal,
  journalId: string,
  segment: string,
  schema: z.ZodType<T>,
): Promise<readonly T[]> => {
  const items: T[] = [];
  for await (const line of journal.read(journalId, segment)) items.push(parsedItem(line, schema));
  return items;
};

const givenUp = (journalId: string, segment: string, found: number, wanted: number): MigrationError =>
  new MigrationError(
    'conflict',
    `${segment} of ${journalId} has ${found} items, not ${wanted}: it was given up meanwhile`,
  );
