-- $1 text[]: schemas. Returns subject, sized: relations that are there already; sized where a table may hold rows.
SELECT format('%I.%I', n.nspname, c.relname) AS subject, c.relkind = 'r' AND pg_relation_size(c.oid) > 0 AS sized
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY ($1::text[])
  AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
  AND NOT EXISTS (
    SELECT FROM pg_depend d
    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
      AND (d.deptype = 'e' OR (d.deptype = 'i' AND c.relkind = 'S'))
  )
ORDER BY 1
