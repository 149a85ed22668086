import type { Client } from 'pg';
import { quoteIdentifier, quoteLiteral } from '../connect/quote';
import { loadSql } from '../load-sql';
import type { LargeObjectsPiece } from './cut-parts';
import type { OfflineSlice } from './offline-slice';
import type { CopiedRows } from './relay-copy';

export interface CopyWay {
  readonly source: Client;
  readonly target: Client;
  readonly slice: Pick<OfflineSlice, 'allow'>;
  readonly advance: (bytes: number) => void;
}

export interface LargeObject {
  readonly id: number;
  readonly owner: string;
  /** The first `CHUNK_BYTES`. */
  readonly content: Buffer;
  readonly comment: string | null;
  /** Beside the owner's; role null: everybody. */
  readonly grants: readonly {
    readonly role: string | null;
    readonly privilege: string;
    readonly grantable: boolean;
  }[];
}

/** Large objects have no COPY of their own: they are read and written in pieces of this size, that many objects at once. */
export const CHUNK_BYTES = 2 ** 20;
export const OBJECTS_AT_ONCE = 16;

/** Large objects with content, owner, rights and comment, under the ids they have: rows name them by these. */
export async function copyLargeObjects(way: CopyWay, piece: LargeObjectsPiece): Promise<CopiedRows> {
  const roles = await rolesOf(way.target);
  let rows = 0;
  let bytes = 0;
  for (let after = piece.from - 1; ;) {
    const { rows: objects } = await way.source.query<LargeObject>(loadSql('offline/large-objects'), [
      after,
      piece.to,
      OBJECTS_AT_ONCE,
      CHUNK_BYTES,
    ]);
    const last = objects.at(-1);
    if (last === undefined) return { rows, bytes };
    await createLargeObjects(way.target, objects, roles);
    for (const object of objects) bytes += await copyRest(way, object);
    rows += objects.length;
    after = last.id;
  }
}

/** Makes them with what of their content is at hand; owners and rights of roles that are missing here are left out. */
export async function createLargeObjects(
  target: Client,
  objects: readonly LargeObject[],
  roles: ReadonlySet<string>,
): Promise<void> {
  const ids = objects.map(({ id }) => id);
  const contents = objects.map(({ content }) => content);
  await target.query(
    'SELECT lo_from_bytea(o.id, o.content) FROM unnest($1::oid[], $2::bytea[]) AS o (id, content)',
    [ids, contents],
  );
  const statements = objects.flatMap((object) => dressing(object, roles));
  if (statements.length > 0) await target.query(statements.join('; '));
}

export async function rolesOf(target: Client): Promise<ReadonlySet<string>> {
  const { rows } = await target.query<{ role: string }>('SELECT rolname AS role FROM pg_roles');
  return new Set(rows.map(({ role }) => role));
}

async function copyRest({ source, target, slice, advance }: CopyWay, object: LargeObject): Promise<number> {
  let offset = object.content.byteLength;
  let chunk = object.content;
  for (;;) {
    const wait = slice.allow(chunk.byteLength);
    if (wait !== null) await wait;
    advance(chunk.byteLength);
    if (chunk.byteLength < CHUNK_BYTES) return offset;
    const read = await source.query<{ content: Buffer }>('SELECT lo_get($1, $2, $3) AS content', [
      object.id,
      offset,
      CHUNK_BYTES,
    ]);
    chunk = read.rows[0]?.content ?? Buffer.alloc(0);
    await target.query('SELECT lo_put($1, $2, $3)', [object.id, offset, chunk]);
    offset += chunk.byteLength;
  }
}

function dressing(
  { id, owner, comment, grants }: LargeObject,
  roles: ReadonlySet<string>,
): readonly string[] {
  const object = `LARGE OBJECT ${id}`;
  const rights = grants
    .filter(({ role }) => role === null || roles.has(role))
    .map(({ role, privilege, grantable }) => {
      const to = role === null ? 'PUBLIC' : quoteIdentifier(role);
      return `GRANT ${privilege} ON ${object} TO ${to}${grantable ? ' WITH GRANT OPTION' : ''}`;
    });
  return [
    ...(comment === null ? [] : [`COMMENT ON ${object} IS ${quoteLiteral(comment)}`]),
    ...rights,
    // Last: who gives it away may not be allowed to say more of it.
    ...(roles.has(owner) ? [`ALTER ${object} OWNER TO ${quoteIdentifier(owner)}`] : []),
  ];
}
