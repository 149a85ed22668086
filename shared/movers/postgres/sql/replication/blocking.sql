-- Who keeps a session waiting for its lock. $1 its process. Returns pid, who, age_ms of their transaction.
SELECT a.pid, coalesce(nullif(a.application_name, ''), a.usename, 'a server process') || ', ' || coalesce(a.state, 'at work') AS who,
  (extract(epoch FROM clock_timestamp() - a.xact_start) * 1000)::float8 AS age_ms
FROM unnest(pg_blocking_pids($1::integer)) AS blocking (pid)
JOIN pg_stat_activity a ON a.pid = blocking.pid
