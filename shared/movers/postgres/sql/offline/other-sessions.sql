-- Sessions in this database that are not ours and could write. $1 bool: end them, too.
SELECT a.pid,
       COALESCE(a.usename, a.backend_type) AS who,
       a.application_name AS application,
       a.xact_start IS NOT NULL AS "inTransaction",
       CASE WHEN $1 THEN pg_terminate_backend(a.pid) END AS ended
FROM pg_stat_activity a
WHERE a.datname = current_database()
  AND a.pid <> pg_backend_pid()
  AND a.backend_type = 'client backend'
  AND a.application_name !~ '^causeway ';
