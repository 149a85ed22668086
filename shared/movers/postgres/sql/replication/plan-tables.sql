-- What is to be followed, the largest first. $1 schemas (text[], empty: all but the system's), $2 'schema.name' of tables that may be
-- sent as whole rows (text[]). Returns schema_name, table_name, published, identity_before (null: left alone), keyed.
-- Members of extensions come with their extension. Partitioned tables and parents hold no rows of their own to publish, or share a
-- trigger with nobody: they are fenced.
SELECT n.nspname AS schema_name,
  c.relname AS table_name,
  c.relkind = 'r' AS published,
  CASE WHEN c.relkind = 'r' AND NOT identity.usable AND whole.allowed THEN c.relreplident END AS identity_before,
  c.relkind = 'p' OR identity.usable OR whole.allowed AS keyed
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (SELECT format('%s.%s', n.nspname, c.relname) = ANY ($2::text[]) AS allowed) AS whole
CROSS JOIN LATERAL (
  SELECT c.relreplident = 'f' OR EXISTS (
    SELECT FROM pg_index i
    WHERE i.indrelid = c.oid AND i.indisvalid AND i.indimmediate
      AND CASE c.relreplident WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident ELSE false END
  ) AS usable
) AS identity
WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p'
  AND n.nspname NOT IN ('causeway', 'causeway_schema', 'pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_%'
  AND (cardinality($1::text[]) = 0 OR n.nspname = ANY ($1::text[]))
  AND NOT EXISTS (
    SELECT FROM pg_depend d
    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  )
ORDER BY c.relpages DESC, n.nspname, c.relname
