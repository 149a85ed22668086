-- Sessions, and prepared transactions, whose locks on followed tables a switch would wait for. $1 migration, $2 how old their
-- transactions must be, in ms. Locks and activity are not read at the same instant: a transaction that ended in between has no start
-- and is in nobody's way. Neither is autovacuum, which yields to the lock that is taken before anybody is held.
-- Returns pid (null: a prepared transaction), who, age_ms.
SELECT l.pid, coalesce(nullif(a.application_name, ''), a.usename, 'a prepared transaction') || ', ' || coalesce(a.state, 'prepared') AS who,
  (extract(epoch FROM max(clock_timestamp() - a.xact_start)) * 1000)::float8 AS age_ms
FROM pg_locks l
JOIN causeway.followed_table f ON l.relation = to_regclass(format('%I.%I', f.schema_name, f.table_name))
LEFT JOIN pg_stat_activity a ON a.pid = l.pid
WHERE f.migration_id = $1 AND l.granted AND l.locktype = 'relation'
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND l.mode NOT IN ('AccessShareLock', 'RowShareLock')
  AND l.pid IS DISTINCT FROM pg_backend_pid()
  AND (l.pid IS NULL OR (
    a.backend_type <> 'autovacuum worker'
    AND clock_timestamp() - a.xact_start > $2::float8 * interval '1 millisecond'
  ))
GROUP BY l.pid, who
ORDER BY age_ms DESC NULLS FIRST
LIMIT 20
