-- $1 text[]: roles. Returns name: those that are here and that whoever is connected may not act as.
SELECT r.rolname::text AS name
FROM pg_roles r
WHERE r.rolname = ANY ($1::text[])
  -- Up to 15 membership was enough.
  AND NOT pg_has_role(
    r.oid,
    CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END
  )
ORDER BY r.rolname COLLATE "C"
