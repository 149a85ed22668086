-- $1 text: our own migration's names begin with it, $2 float8: age in ms of a long transaction. Returns code, subject, detail: what
-- is in the database besides tables, and what goes on in it.
SELECT 'large-object' AS code, 'large objects' AS subject, format('%s of them', count(*)) AS detail
FROM pg_largeobject_metadata
HAVING count(*) > 0
UNION ALL
SELECT 'event-trigger', quote_ident(evtname), evtevent
FROM pg_event_trigger
WHERE evtname !~ '^causeway_'
UNION ALL
SELECT 'prepared-transaction', gid, format('by %s since %s', owner, prepared)
FROM pg_prepared_xacts
WHERE database = current_database()
UNION ALL
SELECT 'long-transaction', format('process %s of %s', pid, usename),
  format('%s, %s, since %s s', COALESCE(NULLIF(application_name, ''), 'no application name'), state,
    round(extract(epoch FROM clock_timestamp() - xact_start)::numeric))
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
  AND xact_start < clock_timestamp() - make_interval(secs => $2::float8 / 1000)
UNION ALL
SELECT 'temporary-table', format('%I of %s', c.relname, n.nspname), ''
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relpersistence = 't' AND c.relkind = 'r'
UNION ALL
SELECT 'other-subscription', quote_ident(subname), array_to_string(subpublications, ', ')
FROM pg_subscription
WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND subname !~ '^causeway_'
UNION ALL
SELECT 'left-over', format('subscription %I', subname), ''
FROM pg_subscription
WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND subname ~ '^causeway_' AND left(subname, length($1)) <> $1
UNION ALL
SELECT 'left-over', format('publication %I', pubname), ''
FROM pg_publication
WHERE pubname ~ '^causeway_' AND left(pubname, length($1)) <> $1
UNION ALL
SELECT 'left-over', format('replication slot %I', slot_name), ''
FROM pg_replication_slots
WHERE database = current_database() AND slot_name ~ '^causeway_' AND left(slot_name, length($1)) <> $1
ORDER BY 1, 2
