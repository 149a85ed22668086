-- Returns one row: what whoever is connected may do. Managed servers let their administrators do some of what is otherwise for
-- superusers: azure_pg_admin (Azure), rds_superuser (Amazon), cloudsqlsuperuser (Google).
WITH me AS (
  SELECT r.*, r.rolsuper OR EXISTS (
    SELECT FROM pg_roles a
    WHERE a.rolname IN ('azure_pg_admin', 'rds_superuser', 'cloudsqlsuperuser') AND pg_has_role(r.oid, a.oid, 'MEMBER')
  ) AS administers
  FROM pg_roles r
  WHERE r.rolname = current_user
)
SELECT
  current_user::text AS name,
  me.rolsuper AS superuser,
  me.rolcreaterole OR me.rolsuper AS creates_roles,
  me.rolbypassrls OR me.rolsuper AS bypasses_row_security,
  me.administers AS triggers_on_events,
  me.rolsuper OR me.rolreplication OR EXISTS (
    SELECT FROM pg_roles r WHERE r.rolname = 'rds_replication' AND pg_has_role(me.oid, r.oid, 'MEMBER')
  ) AS replicates,
  has_database_privilege(current_database(), 'CREATE') AS creates_in_database,
  me.administers OR EXISTS (
    SELECT FROM pg_roles r WHERE r.rolname = 'pg_create_subscription' AND pg_has_role(me.oid, r.oid, 'USAGE')
  ) AS subscribes,
  CASE
    WHEN current_setting('server_version_num')::int < 140000 THEN me.rolsuper
    ELSE has_function_privilege('pg_catalog.pg_replication_origin_advance(text, pg_lsn)', 'EXECUTE')
  END AS advances_origins,
  me.rolsuper OR EXISTS (
    SELECT FROM pg_roles r WHERE r.rolname = 'pg_signal_backend' AND pg_has_role(me.oid, r.oid, 'USAGE')
  ) AS ends_sessions
FROM me
