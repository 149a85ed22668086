-- $1 text[]: schemas. Returns refresh: a statement for each materialised view, in the order in which they were made.
SELECT format('REFRESH MATERIALIZED VIEW %I.%I', n.nspname, c.relname) AS refresh
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY ($1::text[]) AND c.relkind = 'm'
ORDER BY c.oid
