-- $1 text[]: schemas. Returns kind, path, facts, words: views by their columns; the query as this version of PostgreSQL writes it.
SELECT
  CASE c.relkind WHEN 'm' THEN 'materialised view' ELSE 'view' END AS kind,
  ARRAY[n.nspname, c.relname]::text[] AS path,
  jsonb_build_object(
    'options', (SELECT jsonb_agg(o ORDER BY o) FROM unnest(c.reloptions) o),
    'columns', (
      SELECT jsonb_agg(
        jsonb_build_array(a.attname, format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum
      )
      FROM pg_attribute a
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    )
  ) AS facts,
  pg_get_viewdef(c.oid) AS words
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY ($1::text[])
  AND c.relkind IN ('v', 'm')
  AND NOT EXISTS (
    SELECT FROM pg_depend d
    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  )
