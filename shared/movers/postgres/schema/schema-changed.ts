import { openClient } from '../connect/open-client';
import type { Direction, PostgresContext } from '../postgres-context';
import { fingerprintOf, schemaDifferences } from './compare-catalogues';
import { movedSchemas, readCatalogue, type Catalogue } from './read-catalogue';

const NAMED = 10;

/**
 * Null where the schema of the side that serves is still the one whose fingerprint the preflight reported (`PreflightReport.fingerprint`);
 * otherwise a sentence that names what the other side hasn't, as far as the two differ.
 */
export async function schemaChanged(
  { asset, source, target }: Pick<PostgresContext, 'asset' | 'source' | 'target'>,
  direction: Direction,
  fingerprint: string,
): Promise<string | null> {
  const [serving, following] = direction === 'forward' ? [source, target] : [target, source];
  const now = await catalogueOf(serving, asset.schemas);
  if (fingerprintOf(now, 'exact') === fingerprint) return null;
  const differences = schemaDifferences(now, await catalogueOf(following, asset.schemas));
  const names = differences.slice(0, NAMED).map(({ kind, name }) => `${kind} ${name}`);
  const more = differences.length > NAMED ? ` and ${differences.length - NAMED} more` : '';
  const which = names.length === 0 ? '' : `; the sides differ in ${names.join(', ')}${more}`;
  return `The schema has been changed since the preflight${which}.`;
}

async function catalogueOf(connectionString: string, schemas: readonly string[]): Promise<Catalogue> {
  const client = await openClient(connectionString, { name: 'schema', readOnly: true });
  try {
    return await readCatalogue(client, await movedSchemas(client, schemas));
  } finally {
    await client.end();
  }
}
