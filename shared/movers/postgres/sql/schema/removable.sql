-- $1 text[]: schemas. Returns drop: a statement for each object of the schemas and the database that may be made with a schema; in an
-- order that works, with what hangs on it, and repeatable.
SELECT d.drop
FROM (
  SELECT 1 AS step, format('DROP EVENT TRIGGER IF EXISTS %I', evtname) AS drop
  FROM pg_event_trigger
  WHERE evtname !~ '^causeway_'
  UNION ALL
  SELECT
    CASE WHEN c.relkind IN ('v', 'm') THEN 2 WHEN c.relkind = 'S' THEN 4 ELSE 3 END,
    format(
      'DROP %s IF EXISTS %I.%I CASCADE',
      CASE c.relkind
        WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE'
      END,
      n.nspname, c.relname
    )
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = ANY ($1::text[]) AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
    AND NOT EXISTS (
      SELECT FROM pg_depend e
      WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid
        -- A partitioned table hangs on its own key so, too.
        AND (e.deptype = 'e' OR (e.deptype = 'i' AND c.relkind = 'S'))
    )
  UNION ALL
  SELECT 5, format('DROP ROUTINE IF EXISTS %s CASCADE', o.identity)
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  CROSS JOIN LATERAL pg_identify_object('pg_proc'::regclass, p.oid, 0) AS o
  WHERE n.nspname = ANY ($1::text[])
    AND NOT EXISTS (
      SELECT FROM pg_depend e
      WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype IN ('e', 'i')
    )
  UNION ALL
  SELECT 6, format('DROP TYPE IF EXISTS %I.%I CASCADE', n.nspname, t.typname)
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
  WHERE n.nspname = ANY ($1::text[])
    AND (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c') OR (t.typtype = 'b' AND t.typelem = 0))
    AND NOT EXISTS (
      SELECT FROM pg_depend e
      WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype IN ('e', 'i')
    )
  UNION ALL
  SELECT 7, format('DROP %s IF EXISTS %s CASCADE', upper(o.type), o.identity)
  FROM (
    SELECT 'pg_operator'::regclass AS class, oid FROM pg_operator WHERE oid >= 16384
    UNION ALL SELECT 'pg_opfamily'::regclass, oid FROM pg_opfamily WHERE oid >= 16384
    UNION ALL SELECT 'pg_ts_config'::regclass, oid FROM pg_ts_config WHERE oid >= 16384
    UNION ALL SELECT 'pg_ts_dict'::regclass, oid FROM pg_ts_dict WHERE oid >= 16384
    UNION ALL SELECT 'pg_collation'::regclass, oid FROM pg_collation WHERE oid >= 16384
    UNION ALL SELECT 'pg_conversion'::regclass, oid FROM pg_conversion WHERE oid >= 16384
  ) AS made
  CROSS JOIN LATERAL pg_identify_object(made.class, made.oid, 0) AS o
  WHERE o.schema = ANY ($1::text[])
    AND NOT EXISTS (
      SELECT FROM pg_depend e WHERE e.classid = made.class AND e.objid = made.oid AND e.deptype = 'e'
    )
  UNION ALL
  SELECT 8, format('DROP SCHEMA IF EXISTS %I CASCADE', nspname)
  FROM pg_namespace
  WHERE nspname = ANY ($1::text[])
  UNION ALL
  SELECT 9, format('DROP SERVER IF EXISTS %I CASCADE', srvname)
  FROM pg_foreign_server
  UNION ALL
  SELECT 10, format('DROP EXTENSION IF EXISTS %I CASCADE', extname)
  FROM pg_extension
) AS d
ORDER BY d.step, d.drop COLLATE "C"
