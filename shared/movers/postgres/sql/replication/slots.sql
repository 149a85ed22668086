-- Replication slots of this database by name. $1 names (text[]). Returns name, active, active_pid, retained_bytes, lag_bytes,
-- wal_status.
SELECT slot_name AS name, active, active_pid,
  coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::float8 AS retained_bytes,
  pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)::float8 AS lag_bytes,
  wal_status
FROM pg_replication_slots
WHERE slot_name = ANY ($1::text[]) AND database = current_database()
