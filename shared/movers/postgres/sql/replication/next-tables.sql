-- Tables that are followed but not yet published, the largest first. $1 migration, $2 publication. Returns schema_name, table_name,
-- size_bytes.
SELECT f.schema_name, f.table_name, pg_table_size(c.oid)::float8 AS size_bytes
FROM causeway.followed_table f
JOIN pg_class c ON c.oid = to_regclass(format('%I.%I', f.schema_name, f.table_name))
WHERE f.migration_id = $1 AND f.published
  AND NOT EXISTS (
    SELECT FROM pg_publication_rel r
    JOIN pg_publication p ON p.oid = r.prpubid
    WHERE p.pubname = $2 AND r.prrelid = c.oid
  )
ORDER BY size_bytes DESC, f.schema_name, f.table_name
