-- $1 text[]: schemas. Returns kind, path, facts, words (null): comments on what is in the schemas.
SELECT
  'comment' AS kind,
  ARRAY[o.type, o.identity]::text[] AS path,
  jsonb_build_object('text', d.description) AS facts,
  NULL::text AS words
FROM pg_description d
CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) AS o
LEFT JOIN pg_constraint k ON d.classoid = 'pg_constraint'::regclass AND k.oid = d.objoid
LEFT JOIN pg_trigger t ON d.classoid = 'pg_trigger'::regclass AND t.oid = d.objoid
LEFT JOIN pg_class c ON c.oid = COALESCE(k.conrelid, t.tgrelid)
LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE d.objoid >= 16384
  AND (o.schema = ANY ($1::text[]) OR n.nspname = ANY ($1::text[])
    OR (d.classoid = 'pg_namespace'::regclass AND o.name = ANY ($1::text[])))
  AND NOT EXISTS (
    SELECT FROM pg_depend e WHERE e.classid = d.classoid AND e.objid = d.objoid AND e.deptype = 'e'
  )
