-- $1 text[]: schemas, $2 text[]: roles that the applications use. Returns name, login, inherits, owns, member_of text[]: roles that own
-- something there, may do something to it, or are named in a policy; members come after the roles that they belong to.
WITH RECURSIVE mentioned AS (
  SELECT c.relowner AS oid, c.relacl AS acl FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = ANY ($1::text[])
  UNION ALL
  SELECT c.relowner, a.attacl FROM pg_attribute a
  JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = ANY ($1::text[]) AND a.attacl IS NOT NULL
  UNION ALL
  SELECT p.proowner, p.proacl FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE n.nspname = ANY ($1::text[])
  UNION ALL
  SELECT t.typowner, t.typacl FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
  WHERE n.nspname = ANY ($1::text[])
  UNION ALL
  SELECT n.nspowner, n.nspacl FROM pg_namespace n WHERE n.nspname = ANY ($1::text[])
  UNION ALL
  SELECT d.defaclrole, d.defaclacl FROM pg_default_acl d
  UNION ALL
  SELECT member, NULL FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  CROSS JOIN LATERAL unnest(p.polroles) AS member
  WHERE n.nspname = ANY ($1::text[])
),
needed AS (
  SELECT m.oid FROM mentioned m
  UNION
  SELECT x.grantee FROM mentioned m CROSS JOIN LATERAL aclexplode(m.acl) x
  UNION
  SELECT r.oid FROM pg_roles r WHERE r.rolname = ANY ($2::text[])
  UNION
  SELECT m.roleid FROM needed n JOIN pg_auth_members m ON m.member = n.oid
),
depths AS (
  SELECT n.oid, 0 AS depth FROM needed n
  UNION
  SELECT m.member, d.depth + 1 FROM depths d JOIN pg_auth_members m ON m.roleid = d.oid WHERE d.depth < 50
)
SELECT
  r.rolname::text AS name,
  r.rolcanlogin AS login,
  r.rolinherit AS inherits,
  EXISTS (SELECT FROM mentioned m WHERE m.oid = r.oid) AS owns,
  ARRAY(
    SELECT g.rolname::text FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
    WHERE m.member = r.oid ORDER BY g.rolname COLLATE "C"
  ) AS member_of
FROM pg_roles r
JOIN needed n ON n.oid = r.oid
JOIN (SELECT oid, max(depth) AS depth FROM depths GROUP BY oid) AS d ON d.oid = r.oid
WHERE r.rolname !~ '^pg_'
ORDER BY d.depth, r.rolname COLLATE "C"
