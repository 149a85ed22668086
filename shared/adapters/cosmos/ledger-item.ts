import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { DocumentType, Operation, Stored } from '../../ports/store';
import { checkIndex, checkKey, checkSize, parseBody } from '../../ports/store-limits';
import { sortText } from './sort-text';

/** How many commits a document remembers: its own and the ones it was replaced by. */
export const REMEMBERED_COMMITS = 4;

/** A document as it stands in the container `ledger`. */
export const LedgerItem = z.object({
  /** Type and id, unique in the partition. */
  id: z.string(),
  partition: z.string(),
  type: z.string(),
  /** The document's own id. */
  name: z.string(),
  /** Sorts a partition by type and id. */
  key: z.string(),
  /** Index entries: each sorts by type, value, id, partition. */
  find: z.record(z.string(), z.string()),
  body: z.unknown(),
  /** Marks of the last commits that wrote it, newest first: how a commit whose answer was lost is recognised. */
  commits: z.array(z.string()),
});
export type LedgerItem = z.infer<typeof LedgerItem>;

export const StoredItem = LedgerItem.extend({ _etag: z.string() });
export type StoredItem = z.infer<typeof StoredItem>;

export const newMark = (): string => randomBytes(9).toString('base64url');

const PLAIN_ID = /^[A-Za-z0-9:._@-]{1,255}$/;

/**
 * Cosmos DB takes other characters too, but not every client and tool can then address the document: such an id is stored under
 * its hash, and in full as `name`.
 */
export const itemId = (type: string, id: string): string =>
  PLAIN_ID.test(id) ? `${type}:${id}` : `${type}~${createHash('sha256').update(id).digest('base64url')}`;

/** A version is the ETag and the marks that stand in the document, so that a replacement can carry them on. */
export const versionOf = ({ _etag, commits }: StoredItem): string =>
  [_etag.replaceAll('"', ''), ...commits].join('~');

export function readVersion(version: string): { etag: string; commits: string[] } {
  const [etag = '', ...commits] = version.split('~');
  return { etag: `"${etag}"`, commits };
}

/** Checks an operation as the port promises and makes the document to store; null where it deletes. */
export function toItem(partition: string, operation: Operation, mark: string): LedgerItem | null {
  const { kind, type, id } = operation;
  checkKey('id', id);
  if (kind === 'delete') return null;
  const body = parseBody(type, id, operation.body);
  const index = type.index?.(body) ?? {};
  checkIndex(type.name, index);
  const earlier = kind === 'replace' ? readVersion(operation.version).commits : [];
  const item: LedgerItem = {
    id: itemId(type.name, id),
    partition,
    type: type.name,
    name: id,
    key: sortText(type.name, id),
    find: Object.fromEntries(
      Object.entries(index).map(([name, value]) => [name, sortText(type.name, value, id, partition)]),
    ),
    body,
    commits: [mark, ...earlier].slice(0, REMEMBERED_COMMITS),
  };
  checkSize(`${type.name} ${id}`, sizeBytes(item));
  return item;
}

export const sizeBytes = (item: LedgerItem | null): number =>
  item === null ? 0 : Buffer.byteLength(JSON.stringify(item));

export const toStored = <T>(type: DocumentType<T>, resource: unknown): Stored<T> => {
  const item = StoredItem.parse(resource);
  return {
    partition: item.partition,
    id: item.name,
    body: parseBody(type, item.name, item.body),
    version: versionOf(item),
  };
};
