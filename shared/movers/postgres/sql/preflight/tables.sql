-- $1 text[]: schemas. Returns code, subject, detail: tables that need a look before they are moved.
WITH tables AS (
  SELECT c.*, format('%I.%I', n.nspname, c.relname) AS named
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = ANY ($1::text[])
    AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
    )
)
SELECT 'table-without-key' AS code, t.named AS subject, '' AS detail
FROM tables t
WHERE t.relkind = 'r'
  AND t.relpersistence = 'p'
  AND t.relreplident <> 'f'
  AND NOT EXISTS (
    SELECT FROM pg_index i
    WHERE i.indrelid = t.oid AND i.indisvalid AND i.indimmediate
      AND CASE t.relreplident WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident ELSE false END
  )
UNION ALL
SELECT 'replica-identity-full', t.named, '' FROM tables t WHERE t.relkind = 'r' AND t.relreplident = 'f'
UNION ALL
SELECT 'unlogged-table', t.named, '' FROM tables t WHERE t.relkind = 'r' AND t.relpersistence = 'u'
UNION ALL
SELECT 'foreign-table', t.named, s.srvname
FROM tables t JOIN pg_foreign_table f ON f.ftrelid = t.oid JOIN pg_foreign_server s ON s.oid = f.ftserver
UNION ALL
SELECT 'partitioned-table', t.named, format('%s partitions', (SELECT count(*) FROM pg_inherits i WHERE i.inhparent = t.oid))
FROM tables t
WHERE t.relkind = 'p'
UNION ALL
SELECT 'row-security', t.named, ''
FROM tables t
WHERE t.relkind IN ('r', 'p') AND t.relrowsecurity
  AND (t.relforcerowsecurity OR NOT pg_has_role(t.relowner, 'USAGE'))
  AND NOT (SELECT r.rolsuper OR r.rolbypassrls FROM pg_roles r WHERE r.rolname = current_user)
UNION ALL
SELECT 'invalid-index', x.named, ''
FROM tables x JOIN pg_index i ON i.indexrelid = x.oid
WHERE NOT i.indisvalid AND x.relkind = 'i'
UNION ALL
SELECT 'view', t.named, '' FROM tables t WHERE t.relkind = 'v'
UNION ALL
SELECT 'materialised-view', t.named, '' FROM tables t WHERE t.relkind = 'm'
UNION ALL
SELECT 'sequence', t.named, ''
FROM tables t
WHERE t.relkind = 'S'
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = t.oid AND d.deptype = 'i'
  )
UNION ALL
SELECT 'generated-column', format('%s.%I', t.named, a.attname), pg_get_expr(e.adbin, e.adrelid)
FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid JOIN pg_attrdef e ON e.adrelid = t.oid AND e.adnum = a.attnum
WHERE t.relkind IN ('r', 'p') AND a.attgenerated <> '' AND NOT a.attisdropped
UNION ALL
SELECT 'identity-column', format('%s.%I', t.named, a.attname), ''
FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid
WHERE t.relkind IN ('r', 'p') AND a.attidentity <> '' AND NOT a.attisdropped
UNION ALL
SELECT 'trigger-on-apply', format('%I on %s', g.tgname, t.named), CASE g.tgenabled WHEN 'A' THEN 'ALWAYS' ELSE 'REPLICA' END
FROM tables t JOIN pg_trigger g ON g.tgrelid = t.oid
WHERE g.tgenabled IN ('A', 'R') AND NOT g.tgisinternal AND g.tgname !~ '^causeway_'
UNION ALL
SELECT 'rule', format('%I on %s', r.rulename, t.named), ''
FROM tables t JOIN pg_rewrite r ON r.ev_class = t.oid
WHERE r.rulename <> '_RETURN'
UNION ALL
-- Estimated from sizes on disk: reading every row would take as long as the move.
SELECT 'large-value', t.named, pg_size_pretty((pg_relation_size(t.reltoastrelid) / rows.estimated)::bigint)
FROM tables t
LEFT JOIN pg_stat_user_tables s ON s.relid = t.oid
CROSS JOIN LATERAL (SELECT GREATEST(t.reltuples, s.n_live_tup, 1)::float8 AS estimated) AS rows
WHERE t.relkind = 'r' AND t.reltoastrelid <> 0
  AND pg_relation_size(t.reltoastrelid) / rows.estimated > 1048576
ORDER BY 1, 2
