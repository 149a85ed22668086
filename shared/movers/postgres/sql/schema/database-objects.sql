-- Returns kind, path, facts, words: what belongs to the whole database or server, of anybody.
SELECT 'extension' AS kind, ARRAY[e.extname]::text[] AS path,
  jsonb_build_object('schema', n.nspname) AS facts, e.extversion AS words
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
UNION ALL
SELECT 'event trigger', ARRAY[t.evtname]::text[],
  jsonb_build_object('event', t.evtevent, 'tags', to_jsonb(t.evttags), 'enabled', t.evtenabled, 'function', t.evtfoid::regproc::text),
  NULL
FROM pg_event_trigger t
UNION ALL
SELECT 'publication', ARRAY[p.pubname]::text[],
  jsonb_build_object(
    'allTables', p.puballtables,
    'tables', (
      SELECT jsonb_agg(jsonb_build_array(n.nspname, c.relname) ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C")
      FROM pg_publication_rel r JOIN pg_class c ON c.oid = r.prrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE r.prpubid = p.oid
    )
  ),
  NULL
FROM pg_publication p
UNION ALL
SELECT 'subscription', ARRAY[s.subname]::text[], jsonb_build_object('publications', to_jsonb(s.subpublications)), NULL
FROM pg_subscription s
WHERE s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
UNION ALL
SELECT 'replication slot', ARRAY[slot_name]::text[], jsonb_build_object('plugin', plugin), NULL
FROM pg_replication_slots
WHERE database = current_database() AND NOT temporary
UNION ALL
SELECT 'replication origin', ARRAY[roname]::text[], '{}', NULL
FROM pg_replication_origin
UNION ALL
SELECT 'foreign server', ARRAY[srvname]::text[], jsonb_build_object('options', to_jsonb(srvoptions)), NULL
FROM pg_foreign_server
UNION ALL
SELECT 'role', ARRAY[rolname]::text[],
  jsonb_build_object('login', rolcanlogin, 'inherits', rolinherit, 'superuser', rolsuper, 'replication', rolreplication,
    'memberOf', (
      SELECT jsonb_agg(g.rolname ORDER BY g.rolname COLLATE "C")
      FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
      WHERE m.member = r.oid
    )),
  NULL
FROM pg_roles r
UNION ALL
SELECT 'setting', ARRAY[COALESCE(d.datname, ''), COALESCE(r.rolname, '')]::text[],
  jsonb_build_object('settings', (SELECT jsonb_agg(o ORDER BY o) FROM unnest(s.setconfig) o)), NULL
FROM pg_db_role_setting s
LEFT JOIN pg_database d ON d.oid = s.setdatabase
LEFT JOIN pg_roles r ON r.oid = s.setrole
WHERE s.setdatabase = 0 OR d.datname = current_database()
