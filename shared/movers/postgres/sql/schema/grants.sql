-- $1 text[]: schemas. Returns kind, path, facts, words (null): who owns what, and what others may do. Left out: what owners may do
-- to their own, MAINTAIN, which only some versions have, and what everybody may do to the schema public, which differs by version.
WITH objects AS (
  SELECT 'relation' AS what, ARRAY[n.nspname, c.relname]::text[] AS path, c.relowner AS owner,
    COALESCE(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r'::"char" END, c.relowner)) AS acl,
    'pg_class'::regclass AS class, c.oid
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = ANY ($1::text[]) AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
  UNION ALL
  SELECT 'column', ARRAY[n.nspname, c.relname, a.attname]::text[], c.relowner, a.attacl, 'pg_class'::regclass, c.oid
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = ANY ($1::text[]) AND a.attacl IS NOT NULL AND NOT a.attisdropped
  UNION ALL
  SELECT 'function', ARRAY[n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)]::text[], p.proowner,
    COALESCE(p.proacl, acldefault('f', p.proowner)), 'pg_proc'::regclass, p.oid
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE n.nspname = ANY ($1::text[])
  UNION ALL
  SELECT 'type', ARRAY[n.nspname, t.typname]::text[], t.typowner,
    COALESCE(t.typacl, acldefault('T', t.typowner)), 'pg_type'::regclass, t.oid
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
  WHERE n.nspname = ANY ($1::text[]) AND (t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c')
  UNION ALL
  SELECT 'schema', ARRAY[n.nspname]::text[], n.nspowner,
    COALESCE(n.nspacl, acldefault('n', n.nspowner)), 'pg_namespace'::regclass, n.oid
  FROM pg_namespace n
  WHERE n.nspname = ANY ($1::text[]) AND n.nspname <> 'public'
)
SELECT
  'grant' AS kind,
  ARRAY[o.what] || o.path AS path,
  jsonb_build_object(
    'owner', pg_get_userbyid(o.owner),
    'may', (
      SELECT jsonb_agg(g.may ORDER BY g.may COLLATE "C")
      FROM (
        SELECT COALESCE(r.rolname, 'public') || ' ' || x.privilege_type
          || CASE WHEN x.is_grantable THEN ' with grant option' ELSE '' END AS may
        FROM aclexplode(o.acl) x LEFT JOIN pg_roles r ON r.oid = x.grantee
        WHERE x.grantee <> o.owner AND x.privilege_type <> 'MAINTAIN'
      ) AS g
    )
  ) AS facts,
  NULL::text AS words
FROM objects o
WHERE NOT EXISTS (
  SELECT FROM pg_depend d WHERE d.classid = o.class AND d.objid = o.oid AND d.deptype IN ('e', 'i') AND o.what <> 'relation'
    OR d.classid = o.class AND d.objid = o.oid AND d.deptype = 'e'
)
UNION ALL
SELECT
  'default grant',
  ARRAY[pg_get_userbyid(a.defaclrole), COALESCE(n.nspname, ''), a.defaclobjtype::text]::text[],
  jsonb_build_object(
    'may', (
      SELECT jsonb_agg(COALESCE(r.rolname, 'public') || ' ' || x.privilege_type ORDER BY 1)
      FROM aclexplode(a.defaclacl) x LEFT JOIN pg_roles r ON r.oid = x.grantee
      WHERE x.privilege_type <> 'MAINTAIN'
    )
  ),
  NULL
FROM pg_default_acl a LEFT JOIN pg_namespace n ON n.oid = a.defaclnamespace
WHERE n.nspname = ANY ($1::text[]) OR a.defaclnamespace = 0
