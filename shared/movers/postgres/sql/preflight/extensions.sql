-- Returns name, version: extensions that the database uses, but the language that comes with every database.
SELECT extname::text AS name, extversion AS version
FROM pg_extension
WHERE extname <> 'plpgsql'
ORDER BY extname COLLATE "C"
