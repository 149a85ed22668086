-- $1 text[]: schemas. Returns collation, used_by: the system's collations that columns name.
SELECT c.collname::text AS collation, min(format('%I.%I', n.nspname, t.relname)) AS used_by
FROM pg_attribute a
JOIN pg_class t ON t.oid = a.attrelid
JOIN pg_namespace n ON n.oid = t.relnamespace
JOIN pg_collation c ON c.oid = a.attcollation
WHERE n.nspname = ANY ($1::text[])
  AND NOT a.attisdropped
  AND c.collnamespace = 'pg_catalog'::regnamespace
  AND c.collname NOT IN ('default', 'C', 'POSIX')
GROUP BY c.collname
ORDER BY 1
