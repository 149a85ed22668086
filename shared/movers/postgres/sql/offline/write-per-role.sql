-- A table that the role may write to, and how: what proves a fence best. $1 text: role.
SELECT n.nspname AS schema, c.relname AS name,
       CASE WHEN has_table_privilege($1, c.oid, 'DELETE') THEN 'delete' ELSE 'insert' END AS way
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND c.relpersistence IN ('p', 'u')
  AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'causeway', 'causeway_schema')
  AND has_schema_privilege($1, n.oid, 'USAGE')
  AND has_table_privilege($1, c.oid, 'INSERT, DELETE')
ORDER BY way, c.reltuples DESC, 1, 2
LIMIT 1;
