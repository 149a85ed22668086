-- Keys from anywhere in a table, as text, the same ones for the same table and seed: about twenty pages are looked at.
-- :keytexts, :relation, :percent of the table's pages, :seed, :count.
SELECT ARRAY[:keytexts] AS key
FROM :relation AS t TABLESAMPLE SYSTEM (:percent) REPEATABLE (:seed)
ORDER BY md5(ARRAY[:keytexts]::text)
LIMIT :count;
