-- Returns schema, in order: every one but the system's, Causeway's own included.
SELECT n.nspname AS schema
FROM pg_namespace n
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
ORDER BY n.nspname COLLATE "C"
