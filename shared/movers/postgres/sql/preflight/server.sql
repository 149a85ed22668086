-- Returns one row: what the server and the database are and have left.
SELECT
  current_setting('server_version') AS version,
  current_setting('server_version_num')::int / 10000 AS major,
  pg_is_in_recovery() AS standby,
  -- What a new session gets; this one may have set its own.
  (SELECT reset_val FROM pg_settings WHERE name = 'default_transaction_read_only') = 'on' AS read_only,
  current_setting('wal_level') AS wal_level,
  current_setting('max_replication_slots')::int - (SELECT count(*)::int FROM pg_replication_slots) AS free_slots,
  COALESCE(current_setting('max_active_replication_origins', true), current_setting('max_replication_slots'))::int
    - (SELECT count(*)::int FROM pg_replication_origin) AS free_origins,
  current_setting('max_wal_senders')::int - (SELECT count(*)::int FROM pg_stat_replication) AS free_senders,
  LEAST(current_setting('max_logical_replication_workers')::int, current_setting('max_worker_processes')::int - 1)
    - (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type LIKE 'logical replication%worker') AS free_workers,
  current_setting('max_sync_workers_per_subscription')::int AS sync_workers,
  -- In mebibytes; -1: no limit.
  (SELECT setting::float8 FROM pg_settings WHERE name = 'max_slot_wal_keep_size') AS slot_wal_limit_mb,
  pg_database_size(current_database())::float8 AS database_bytes,
  pg_encoding_to_char(d.encoding) AS encoding,
  concat_ws(' ', d.datcollate, d.datctype) AS locale,
  concat_ws(
    ' ',
    CASE to_jsonb(d) ->> 'datlocprovider' WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
    COALESCE(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale')
  ) AS locale_provider,
  current_setting('password_encryption') AS password_encryption
FROM pg_database d
WHERE d.datname = current_database()
