-- Returns name, versions text[], installed (version or null): extensions that the server has to offer.
SELECT v.name::text, array_agg(v.version ORDER BY v.version) AS versions, max(e.extversion) AS installed
FROM pg_available_extension_versions v
LEFT JOIN pg_extension e ON e.extname = v.name
GROUP BY v.name
