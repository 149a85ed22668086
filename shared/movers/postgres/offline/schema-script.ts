import { openClient } from '../connect/open-client';
import { dumpSchema } from '../schema/dump-schema';
import { fittingClient, pgDumpClients } from '../schema/pg-dump-client';
import type { OfflineContext } from './offline-context';
import { serverMajor } from './source-tables';

export type SchemaScript =
  { readonly kind: 'script'; readonly sql: string } | { readonly kind: 'missing'; readonly reason: string };

/** The source's schema as SQL, as it is now or as a snapshot holds it: the worker's `pg_dump` says it best; the DDL that was given serves where there is none as new. */
export async function scriptOf(
  { asset, source }: OfflineContext,
  snapshot: string | null,
): Promise<SchemaScript> {
  const client = await openClient(source, { name: 'offline backup', readOnly: true });
  const major = await serverMajor(client).finally(() => client.end());
  const fitting = fittingClient(await pgDumpClients(), major);
  if (!('reason' in fitting))
    return { kind: 'script', sql: await dumpSchema(fitting.client, source, asset.schemas, snapshot) };
  return asset.ddl.kind === 'supplied'
    ? { kind: 'script', sql: asset.ddl.sql }
    : { kind: 'missing', reason: `the schema can't be saved: ${fitting.reason}` };
}
