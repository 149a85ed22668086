-- Where the source stands. Equal "nextTransaction": no transaction of the whole server has written since. Otherwise the counters of
-- this database's tables tell, as long as they were not reset and the server did not crash (which resets them).
-- $1 text[]: schemas; empty for all but the system's and ours.
SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS "nextTransaction",
       pg_current_wal_lsn()::text AS "walPosition",
       (SELECT system_identifier::text FROM pg_control_system()) AS "systemIdentifier",
       (SELECT oid::text FROM pg_database WHERE datname = current_database()) AS "databaseId",
       COALESCE((SELECT stats_reset::text FROM pg_stat_database WHERE datname = current_database()), '') AS "countersSince",
       pg_postmaster_start_time()::text AS "serverSince",
       (SELECT count(*)::int FROM pg_stat_activity
        WHERE datname = current_database() AND backend_type = 'client backend' AND application_name !~ '^causeway ') AS "otherSessions",
       (SELECT count(*)::int FROM pg_prepared_xacts WHERE database = current_database()) AS "preparedTransactions",
       COALESCE((
         SELECT jsonb_object_agg(s.schemaname || '.' || s.relname, s.n_tup_ins + s.n_tup_upd + s.n_tup_del)
         FROM pg_stat_all_tables s
         WHERE (s.schemaname !~ '^pg_' OR s.relname IN ('pg_largeobject', 'pg_class', 'pg_attribute', 'pg_constraint', 'pg_index'))
           AND s.schemaname NOT IN ('information_schema', 'causeway', 'causeway_schema')
           AND s.n_tup_ins + s.n_tup_upd + s.n_tup_del > 0
           AND (cardinality($1::text[]) = 0 OR s.schemaname = ANY ($1::text[]) OR s.schemaname = 'pg_catalog')
       ), '{}') AS writes;
