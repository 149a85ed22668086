-- The key of the last row of a next chunk, as text; nothing where fewer rows are left.
-- :keytexts, :key its columns, :relation, :condition with its parameters $1…, :skip how many rows come before it.
SELECT ARRAY[:keytexts] AS key
FROM (SELECT :key FROM :relation AS t WHERE :condition ORDER BY :key OFFSET :skip LIMIT 1) AS t;
