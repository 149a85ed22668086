import { openClient } from '../connect/open-client';
import { fingerprintOf } from './compare-catalogues';
import { movedSchemas, readCatalogue } from './read-catalogue';

/** Tells of any DDL in the schemas that move since it was last taken on this server, but for what Causeway makes itself. */
export async function schemaFingerprint(
  connectionString: string,
  schemas: readonly string[],
): Promise<string> {
  const client = await openClient(connectionString, { name: 'schema', readOnly: true });
  try {
    const catalogue = await readCatalogue(client, await movedSchemas(client, schemas));
    return fingerprintOf(catalogue, 'exact');
  } finally {
    await client.end();
  }
}
