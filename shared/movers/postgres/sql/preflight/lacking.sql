-- $1 text[]: schemas, $2 text[]: roles of applications. Returns held_right, subject: what whoever is connected may not do to one thing.
-- Only an owner publishes a table and gives it triggers; on 16 and above a subscription writes as a table's owner.
SELECT 'ownership' AS held_right, format('%I.%I', n.nspname, c.relname) AS subject
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY ($1::text[]) AND c.relkind IN ('r', 'p', 'S')
  AND NOT pg_has_role(c.relowner, 'USAGE')
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  )
UNION ALL
SELECT 'SELECT', format('%I.%I', n.nspname, c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY ($1::text[]) AND c.relkind IN ('r', 'p', 'S')
  AND NOT (has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'))
UNION ALL
SELECT 'TRUNCATE', format('%I.%I', n.nspname, c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY ($1::text[]) AND c.relkind IN ('r', 'p')
  AND NOT has_table_privilege(c.oid, 'TRUNCATE')
UNION ALL
SELECT 'SET ROLE', quote_ident(r.rolname)
FROM pg_roles r
WHERE r.rolname = ANY ($2::text[]) AND NOT pg_has_role(r.oid, 'MEMBER')
ORDER BY 1, 2
