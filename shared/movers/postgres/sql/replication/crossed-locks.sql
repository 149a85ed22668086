-- Where a session waits for a table whose holder waits for that session, directly or by another: nothing but time would end it, so
-- the session's statement is ended at once. $1 its process, $2 migration. Returns the table it waited for, quoted.
WITH RECURSIVE behind (pid) AS (
  SELECT pid FROM unnest(pg_blocking_pids($1::integer)) AS blocking (pid)
  UNION
  SELECT next.pid FROM behind CROSS JOIN LATERAL unnest(pg_blocking_pids(behind.pid)) AS next (pid)
  WHERE behind.pid <> $1::integer
)
SELECT format('%I.%I', f.schema_name, f.table_name) AS waited_for, pg_cancel_backend($1::integer) AS ended
FROM pg_locks l
JOIN causeway.followed_table f ON f.migration_id = $2 AND l.relation = to_regclass(format('%I.%I', f.schema_name, f.table_name))
WHERE l.pid = $1::integer AND NOT l.granted AND EXISTS (SELECT FROM behind WHERE pid = $1::integer)
