import { openClient } from '../connect/open-client';
import { asMigrationError } from '../connect/postgres-error';
import { schemaObjects, type SchemaObject } from './compare-catalogues';
import { movedSchemas, readCatalogue } from './read-catalogue';

/** Tells of any DDL in the schemas that move since it was last taken on this server, but for what Causeway makes itself. */
export async function describeSchema(
  connectionString: string,
  schemas: readonly string[],
): Promise<readonly SchemaObject[]> {
  const client = await openClient(connectionString, { name: 'schema', readOnly: true });
  try {
    return schemaObjects(await readCatalogue(client, await movedSchemas(client, schemas)));
  } catch (error) {
    throw asMigrationError(error);
  } finally {
    await client.end();
  }
}
