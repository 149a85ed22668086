-- $1 text[]: schemas. Returns kind, path, facts, words (null): sequences with what they belong to, without their values.
SELECT
  'sequence' AS kind,
  ARRAY[n.nspname, c.relname]::text[] AS path,
  jsonb_build_object(
    'type', format_type(s.seqtypid, NULL),
    'start', s.seqstart::text,
    'increment', s.seqincrement::text,
    'minimum', s.seqmin::text,
    'maximum', s.seqmax::text,
    'cache', s.seqcache::text,
    'cycle', s.seqcycle,
    'ownedBy', (
      SELECT jsonb_build_array(tn.nspname, tc.relname, a.attname)
      FROM pg_depend d
      JOIN pg_class tc ON tc.oid = d.refobjid
      JOIN pg_namespace tn ON tn.oid = tc.relnamespace
      JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
        AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
      LIMIT 1
    )
  ) AS facts,
  NULL::text AS words
FROM pg_sequence s
JOIN pg_class c ON c.oid = s.seqrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY ($1::text[])
  AND NOT EXISTS (
    SELECT FROM pg_depend d
    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  )
