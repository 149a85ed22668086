-- How far each table of a subscription is, on the side that follows, PostgreSQL 14 and later. $1 subscription. Returns schema_name,
-- table_name, state (one letter of pg_subscription_rel), copied_bytes, copied_rows (null where nothing is being copied).
SELECT n.nspname AS schema_name, c.relname AS table_name, r.srsubstate AS state,
  p.bytes_processed::float8 AS copied_bytes, p.tuples_processed::float8 AS copied_rows
FROM pg_subscription s
JOIN pg_subscription_rel r ON r.srsubid = s.oid
JOIN pg_class c ON c.oid = r.srrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_stat_progress_copy p ON p.relid = c.oid AND p.datid = s.subdbid AND p.command = 'COPY FROM'
WHERE s.subname = $1 AND s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
