import { openClient } from '../connect/open-client';
import { asMigrationError } from '../connect/postgres-error';
import { fingerprintOf, schemaObjects, type SchemaObject } from './compare-catalogues';
import { movedSchemas, readCatalogue } from './read-catalogue';

export interface SchemaDescription {
  readonly fingerprint: string;
  readonly objects: readonly SchemaObject[];
}

/** Tells of any DDL in the schemas that move since it was last taken on this server, but for what Causeway makes itself. */
export async function describeSchema(
  connectionString: string,
  schemas: readonly string[],
): Promise<SchemaDescription> {
  const client = await openClient(connectionString, { name: 'schema', readOnly: true });
  try {
    const catalogue = await readCatalogue(client, await movedSchemas(client, schemas));
    return { fingerprint: fingerprintOf(catalogue, 'exact'), objects: schemaObjects(catalogue) };
  } catch (error) {
    throw asMigrationError(error);
  } finally {
    await client.end();
  }
}
