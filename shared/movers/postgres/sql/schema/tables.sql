-- $1 text[]: schemas. Returns kind, path, facts, words (null): tables, partitions and foreign tables with their columns in order.
SELECT
  CASE c.relkind WHEN 'f' THEN 'foreign table' ELSE 'table' END AS kind,
  ARRAY[n.nspname, c.relname]::text[] AS path,
  jsonb_build_object(
    'partitioned', c.relkind = 'p',
    'persistence', c.relpersistence,
    'replicaIdentity', c.relreplident,
    'rowSecurity', c.relrowsecurity,
    'forceRowSecurity', c.relforcerowsecurity,
    'ofType', CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END,
    'partitionKey', pg_get_partkeydef(c.oid),
    'bound', pg_get_expr(c.relpartbound, c.oid),
    'parents', (
      SELECT jsonb_agg(jsonb_build_array(pn.nspname, p.relname) ORDER BY i.inhseqno)
      FROM pg_inherits i
      JOIN pg_class p ON p.oid = i.inhparent
      JOIN pg_namespace pn ON pn.oid = p.relnamespace
      WHERE i.inhrelid = c.oid
    ),
    'options', (SELECT jsonb_agg(o ORDER BY o) FROM unnest(c.reloptions) o),
    'server', (
      SELECT jsonb_build_object('name', s.srvname, 'options', to_jsonb(ft.ftoptions))
      FROM pg_foreign_table ft JOIN pg_foreign_server s ON s.oid = ft.ftserver
      WHERE ft.ftrelid = c.oid
    ),
    'columns', (
      SELECT jsonb_agg(
        jsonb_build_object(
          'name', a.attname,
          'type', format_type(a.atttypid, a.atttypmod),
          'collation', CASE WHEN a.attcollation <> t.typcollation THEN co.collname END,
          'notNull', a.attnotnull,
          'default', pg_get_expr(ad.adbin, ad.adrelid),
          'identity', a.attidentity,
          'generated', a.attgenerated
        )
        ORDER BY a.attnum
      )
      FROM pg_attribute a
      JOIN pg_type t ON t.oid = a.atttypid
      LEFT JOIN pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
      LEFT JOIN pg_collation co ON co.oid = a.attcollation
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    )
  ) AS facts,
  NULL::text AS words
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY ($1::text[])
  AND c.relkind IN ('r', 'p', 'f')
  AND NOT EXISTS (
    SELECT FROM pg_depend d
    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  )
