-- Indexes of the tables that hold rows, the largest first; constraint: how it becomes one, null for a plain index.
-- $1 text[]: schemas; empty for all but the system's and ours.
SELECT n.nspname AS schema,
       t.relname AS "table",
       c.relname AS name,
       pg_get_indexdef(c.oid) AS definition,
       k.conname AS "constraintName",
       -- A PRIMARY KEY or UNIQUE constraint takes over an index; an exclusion makes its own.
       k.contype AS "constraintType",
       pg_get_constraintdef(k.oid) AS "constraintDefinition",
       pg_relation_size(c.oid)::float8 AS bytes,
       i.indisreplident AS "replicaIdentity",
       i.indisclustered AS clustered
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_class t ON t.oid = i.indrelid AND t.relkind IN ('r', 'm')
JOIN pg_namespace n ON n.oid = t.relnamespace
LEFT JOIN pg_constraint k ON k.conindid = c.oid AND k.conrelid = t.oid AND k.contype IN ('p', 'u', 'x')
WHERE i.indisvalid
  AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'causeway')
  AND (cardinality($1::text[]) = 0 OR n.nspname = ANY ($1::text[]))
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = t.oid AND d.deptype = 'e'
  )
ORDER BY bytes DESC, 1, 3;
