-- Whether the follower has applied everything before a position, and how far behind it is. No row: nobody follows.
-- $1 name: replication slot, $2 pg_lsn.
SELECT greatest(s.confirmed_flush_lsn, r.replay_lsn) >= $2::pg_lsn AS applied,
  coalesce(extract(epoch FROM r.replay_lag) * 1000, 0)::float8 AS lag_ms,
  (pg_current_wal_lsn() - greatest(s.confirmed_flush_lsn, r.replay_lsn))::float8 AS lag_bytes
FROM pg_replication_slots s
LEFT JOIN pg_stat_replication r ON r.pid = s.active_pid
WHERE s.slot_name = $1;
