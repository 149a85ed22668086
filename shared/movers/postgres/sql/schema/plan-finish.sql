-- $1 text: migration. $2 text[]: schemas. $3 text[]: statements. Adds, once, what comes after the last statement: statistics of every
-- table, then the statements in their order.
INSERT INTO causeway_schema.statement (migration_id, position, phase, beside, sql)
SELECT $1, 1000000 + row_number() OVER (ORDER BY f.step, f.place), 'finish', f.step = 1, f.sql
FROM (
  SELECT 1 AS step, c.oid::bigint AS place, format('ANALYZE %I.%I', n.nspname, c.relname) AS sql
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = ANY ($2::text[]) AND c.relkind IN ('r', 'p')
  UNION ALL
  SELECT 2, s.place, s.sql FROM unnest($3::text[]) WITH ORDINALITY AS s (sql, place)
) AS f
WHERE NOT EXISTS (SELECT FROM causeway_schema.statement s WHERE s.migration_id = $1 AND s.phase = 'finish')
