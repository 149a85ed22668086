-- $1 text[]: schemas. Returns kind, path, facts, words (null): constraints of tables and domains. Those that follow from a
-- partitioned table's come with it; NOT NULL, which only some versions list, stands with the column.
SELECT
  'constraint' AS kind,
  ARRAY[n.nspname, COALESCE(c.relname, t.typname), k.conname]::text[] AS path,
  jsonb_build_object('definition', pg_get_constraintdef(k.oid)) AS facts,
  NULL::text AS words
FROM pg_constraint k
LEFT JOIN pg_class c ON c.oid = k.conrelid
LEFT JOIN pg_type t ON t.oid = k.contypid
JOIN pg_namespace n ON n.oid = COALESCE(c.relnamespace, t.typnamespace)
WHERE n.nspname = ANY ($1::text[])
  AND k.contype IN ('c', 'f', 'p', 'u', 'x')
  AND k.conparentid = 0
  AND NOT EXISTS (
    SELECT FROM pg_depend d
    WHERE d.objid = COALESCE(c.oid, t.oid) AND d.deptype = 'e'
      AND d.classid IN ('pg_class'::regclass, 'pg_type'::regclass)
  )
