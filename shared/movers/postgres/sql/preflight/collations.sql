-- Returns collation: those of the system that fit the database's encoding.
SELECT collname::text AS collation
FROM pg_collation
WHERE collnamespace = 'pg_catalog'::regnamespace
  AND collencoding IN (-1, pg_char_to_encoding(getdatabaseencoding()))
