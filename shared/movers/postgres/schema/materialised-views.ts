import type { Client } from 'pg';
import { openClient } from '../connect/open-client';
import { qualifiedName } from '../connect/quote';
import { loadSql } from '../load-sql';

/** A materialised view whose contents are to be computed on a side. */
export interface ViewToFill {
  readonly name: string;
  /** It is filled and has a key: whoever reads it need not wait for the new contents. */
  readonly concurrently: boolean;
}

interface View {
  readonly schema: string;
  readonly name: string;
  readonly populated: boolean;
  readonly concurrently: boolean;
}

/**
 * Those of a side that are filled on the other one: contents are not replicated. One that nobody has filled there stays so. Each comes
 * after those that it reads.
 */
export async function viewsToFill(
  client: Client,
  other: string,
  schemas: readonly string[],
): Promise<ViewToFill[]> {
  const there = await openClient(other, { name: 'schema', readOnly: true });
  try {
    const filled = new Set((await viewsOf(there, schemas)).filter((view) => view.populated).map(nameOf));
    const here = (await viewsOf(client, schemas)).filter((view) => filled.has(nameOf(view)));
    return here.map((view) => ({ name: nameOf(view), concurrently: view.concurrently }));
  } finally {
    await there.end();
  }
}

export const fillStatement = (name: string, concurrently = false): string =>
  `REFRESH MATERIALIZED VIEW ${concurrently ? 'CONCURRENTLY ' : ''}${name}`;

const nameOf = ({ schema, name }: View): string => qualifiedName(schema, name);

const viewsOf = async (client: Client, schemas: readonly string[]): Promise<readonly View[]> =>
  (await client.query<View>(loadSql('schema/materialised-views'), [schemas])).rows;
