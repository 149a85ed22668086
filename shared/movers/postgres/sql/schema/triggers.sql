-- $1 text[]: schemas. Returns kind, path, facts, words: triggers that somebody made on a table itself, rules and policies.
SELECT
  'trigger' AS kind,
  ARRAY[n.nspname, c.relname, t.tgname]::text[] AS path,
  jsonb_build_object('enabled', t.tgenabled, 'definition', pg_get_triggerdef(t.oid)) AS facts,
  NULL::text AS words
FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY ($1::text[]) AND NOT t.tgisinternal AND t.tgparentid = 0
UNION ALL
SELECT
  'rule',
  ARRAY[n.nspname, c.relname, r.rulename]::text[],
  jsonb_build_object('enabled', r.ev_enabled, 'event', r.ev_type, 'instead', r.is_instead),
  pg_get_ruledef(r.oid)
FROM pg_rewrite r
JOIN pg_class c ON c.oid = r.ev_class
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY ($1::text[]) AND r.rulename <> '_RETURN'
UNION ALL
SELECT
  'policy',
  ARRAY[n.nspname, c.relname, p.polname]::text[],
  jsonb_build_object(
    'command', p.polcmd,
    'permissive', p.polpermissive,
    'roles', (
      SELECT jsonb_agg(COALESCE(r.rolname, 'public') ORDER BY r.rolname)
      FROM unnest(p.polroles) AS member LEFT JOIN pg_roles r ON r.oid = member
    ),
    'using', pg_get_expr(p.polqual, p.polrelid),
    'check', pg_get_expr(p.polwithcheck, p.polrelid)
  ),
  NULL
FROM pg_policy p
JOIN pg_class c ON c.oid = p.polrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY ($1::text[])
