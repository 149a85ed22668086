-- What ANALYZE has to be told of, the largest first: a partitioned table stands for its partitions.
-- $1 text[]: schemas; empty for all but the system's and ours.
SELECT n.nspname AS schema, c.relname AS name
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm') AND NOT c.relispartition AND c.relpersistence IN ('p', 'u')
  AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'causeway')
  AND (cardinality($1::text[]) = 0 OR n.nspname = ANY ($1::text[]))
ORDER BY (SELECT sum(pg_relation_size(p.oid)) FROM pg_class p WHERE p.oid = c.oid OR p.oid IN (
  SELECT relid FROM pg_partition_tree(c.oid))) DESC, 1, 2;
