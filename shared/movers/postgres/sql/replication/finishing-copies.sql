-- Tables of a subscription that are copied and have yet to get level, with the beginning of the name of the slot that they get level by
-- (PostgreSQL 14 and later: pg_<subscription>_sync_<table>_<server>). $1 subscription's oid. Returns schema_name, table_name, slot.
SELECT n.nspname AS schema_name, c.relname AS table_name, format('pg_%s_sync_%s_', r.srsubid, r.srrelid) AS slot
FROM pg_subscription_rel r
JOIN pg_class c ON c.oid = r.srrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE r.srsubid = $1 AND r.srsubstate = 'f'
