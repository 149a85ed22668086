-- $1 text[]: schemas. Returns kind, path, facts, words (null): indexes that are valid; pg_dump leaves the others out.
SELECT
  'index' AS kind,
  ARRAY[n.nspname, c.relname]::text[] AS path,
  jsonb_build_object(
    'definition', pg_get_indexdef(i.indexrelid),
    'replicaIdentity', i.indisreplident,
    'clustered', i.indisclustered,
    'options', (SELECT jsonb_agg(o ORDER BY o) FROM unnest(c.reloptions) o)
  ) AS facts,
  NULL::text AS words
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY ($1::text[])
  AND i.indisvalid
  AND NOT EXISTS (
    SELECT FROM pg_depend d
    WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indrelid AND d.deptype = 'e'
  )
