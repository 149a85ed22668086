-- $1 text[]: schemas. Returns kind, path, facts, words: schemas, statistics and, by name alone, what is rarely there.
SELECT 'schema' AS kind, ARRAY[n.nspname]::text[] AS path, '{}'::jsonb AS facts, NULL::text AS words
FROM pg_namespace n
WHERE n.nspname = ANY ($1::text[])
UNION ALL
SELECT 'statistics', ARRAY[n.nspname, s.stxname]::text[], '{}', pg_get_statisticsobjdef(s.oid)
FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace
WHERE n.nspname = ANY ($1::text[])
UNION ALL
SELECT o.type, ARRAY[o.identity]::text[], '{}', NULL
FROM (
  SELECT 'pg_operator'::regclass AS class, oid FROM pg_operator WHERE oid >= 16384
  UNION ALL SELECT 'pg_opclass'::regclass, oid FROM pg_opclass WHERE oid >= 16384
  UNION ALL SELECT 'pg_opfamily'::regclass, oid FROM pg_opfamily WHERE oid >= 16384
  UNION ALL SELECT 'pg_ts_config'::regclass, oid FROM pg_ts_config WHERE oid >= 16384
  UNION ALL SELECT 'pg_ts_dict'::regclass, oid FROM pg_ts_dict WHERE oid >= 16384
  UNION ALL SELECT 'pg_collation'::regclass, oid FROM pg_collation WHERE oid >= 16384
  UNION ALL SELECT 'pg_conversion'::regclass, oid FROM pg_conversion WHERE oid >= 16384
) AS made
CROSS JOIN LATERAL pg_identify_object(made.class, made.oid, 0) AS o
WHERE o.schema = ANY ($1::text[])
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = made.class AND d.objid = made.oid AND d.deptype = 'e'
  )
