-- Indexes of tables, without those of partitions, the largest first; with the constraint that an index stands for.
-- $1 text[]: schemas, $2 text[]: names of tables, side by side.
SELECT n.nspname AS schema,
       t.relname AS "table",
       c.relname AS name,
       pg_get_indexdef(c.oid) AS definition,
       k.conname AS "constraintName",
       k.contype AS "constraintType",
       pg_get_constraintdef(k.oid) AS "constraintDefinition",
       i.indisreplident AS "replicaIdentity",
       i.indisclustered AS clustered
FROM unnest($1::text[], $2::text[]) AS wanted (schema, name)
JOIN pg_namespace n ON n.nspname = wanted.schema
JOIN pg_class t ON t.relnamespace = n.oid AND t.relname = wanted.name AND t.relkind = 'r' AND NOT t.relispartition
JOIN pg_index i ON i.indrelid = t.oid AND i.indisvalid
JOIN pg_class c ON c.oid = i.indexrelid
LEFT JOIN pg_constraint k ON k.conindid = c.oid AND k.conrelid = t.oid AND k.contype IN ('p', 'u', 'x')
ORDER BY pg_relation_size(c.oid) DESC, 1, 3;
