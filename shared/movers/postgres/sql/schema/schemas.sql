-- $1 text[]: schemas the user named; empty: all but the system's and Causeway's own. Returns schema, in order.
SELECT n.nspname AS schema
FROM pg_namespace n
WHERE n.nspname !~ '^pg_'
  AND n.nspname NOT IN ('information_schema', 'causeway', 'causeway_schema')
  AND (cardinality($1::text[]) = 0 OR n.nspname = ANY ($1::text[]))
  AND NOT EXISTS (
    SELECT FROM pg_depend d
    WHERE d.classid = 'pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e'
  )
ORDER BY n.nspname COLLATE "C"
