-- $1 text[]: schemas. Returns kind, path, facts, words (null): enums, domains, composite types, ranges and base types.
SELECT
  'type' AS kind,
  ARRAY[n.nspname, t.typname]::text[] AS path,
  jsonb_build_object(
    'kind', t.typtype,
    'labels', (SELECT jsonb_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid),
    'base', CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END,
    'notNull', t.typnotnull,
    'default', t.typdefault,
    'attributes', (
      SELECT jsonb_agg(
        jsonb_build_array(a.attname, format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum
      )
      FROM pg_attribute a
      WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
    ),
    'range', (SELECT format_type(r.rngsubtype, NULL) FROM pg_range r WHERE r.rngtypid = t.oid)
  ) AS facts,
  NULL::text AS words
FROM pg_type t
JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_class c ON c.oid = t.typrelid
WHERE n.nspname = ANY ($1::text[])
  AND (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c') OR (t.typtype = 'b' AND t.typelem = 0))
  AND NOT EXISTS (
    SELECT FROM pg_depend d
    WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'
  )
