-- What would go on writing although no client can: subscriptions that are on, and transactions that were prepared.
SELECT 'subscription ' || s.subname AS writer FROM pg_subscription s
WHERE s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND s.subenabled
UNION ALL
SELECT 'prepared transaction ' || p.gid FROM pg_prepared_xacts p WHERE p.database = current_database();
