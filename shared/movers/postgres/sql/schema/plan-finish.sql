-- $1 text: migration. $2 text[]: schemas. Adds, once, what comes after the last statement: statistics of every table, then the
-- contents of materialised views, in the order in which they were made.
INSERT INTO causeway_schema.statement (migration_id, position, phase, beside, sql)
SELECT
  $1,
  1000000 + row_number() OVER (ORDER BY c.relkind = 'm', c.oid),
  'finish',
  c.relkind <> 'm',
  CASE c.relkind WHEN 'm' THEN 'REFRESH MATERIALIZED VIEW ' ELSE 'ANALYZE ' END || format('%I.%I', n.nspname, c.relname)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY ($2::text[])
  AND c.relkind IN ('r', 'p', 'm')
  AND NOT EXISTS (SELECT FROM causeway_schema.statement s WHERE s.migration_id = $1 AND s.phase = 'finish')
