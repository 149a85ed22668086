-- $1 text[]: schemas. Returns schema, name, populated, concurrently (it may be refreshed while it is read): materialised views in an
-- order in which each comes after those that its query reads, by itself or through other views. What functions read is not known.
WITH RECURSIVE reads AS (
  SELECT DISTINCT r.ev_class AS view, d.refobjid AS read
  FROM pg_rewrite r
  JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
  JOIN pg_class c ON c.oid = d.refobjid AND c.relkind IN ('v', 'm')
  WHERE d.refobjid <> r.ev_class
), below AS (
  SELECT view, read, 1 AS depth FROM reads
  UNION
  SELECT b.view, r.read, b.depth + 1 FROM below b JOIN reads r ON r.view = b.read WHERE b.depth < 100
)
SELECT
  n.nspname AS schema,
  c.relname AS name,
  c.relispopulated AS populated,
  c.relispopulated AND EXISTS (
    SELECT FROM pg_index i
    WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
  ) AS concurrently
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN (SELECT view, max(depth) AS depth FROM below GROUP BY view) AS b ON b.view = c.oid
WHERE n.nspname = ANY ($1::text[])
  AND c.relkind = 'm'
  AND NOT EXISTS (
    SELECT FROM pg_depend e
    WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e'
  )
ORDER BY coalesce(b.depth, 0), c.oid
