/** Everything in a database and its server that replication could leave behind, as lines to compare before and after. */
import type { DatabasePair } from './database-pair';

const LINES = `
  SELECT 'schema ' || nspname AS line FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%'
  UNION ALL SELECT format('relation %s.%s %s %s', n.nspname, c.relname, c.relkind, c.relreplident)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema')
  UNION ALL SELECT format('trigger %s on %s %s', tgname, tgrelid::regclass, tgenabled) FROM pg_trigger
  UNION ALL SELECT format('function %s', oid::regprocedure) FROM pg_proc
    WHERE pronamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
  UNION ALL SELECT 'publication ' || pubname FROM pg_publication
  UNION ALL SELECT 'subscription ' || subname FROM pg_subscription
    WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
  UNION ALL SELECT 'slot ' || slot_name FROM pg_replication_slots WHERE database = current_database()
  UNION ALL SELECT 'event trigger ' || evtname FROM pg_event_trigger
  UNION ALL SELECT 'origins ' || count(*) FROM pg_replication_origin
  ORDER BY 1`;

export async function catalogueOf(
  databases: DatabasePair,
  side: 'source' | 'target',
): Promise<readonly string[]> {
  return (await databases.query<{ line: string }>(side, LINES)).map(({ line }) => line);
}
