-- Returns bytes: write-ahead log on disk; for superusers and members of pg_monitor.
SELECT COALESCE(sum(size), 0)::float8 AS bytes FROM pg_ls_waldir()
