-- Hashes of the rows on some pages of a table, to see how long that takes.
-- :hash, :relation, :percent of the table's pages, :seed.
SELECT count(*)::int AS rows, sum(hashint8extended(h, 0)) AS sum0, sum(hashint8extended(h, 1)) AS sum1
FROM (SELECT :hash AS h FROM :relation AS t TABLESAMPLE SYSTEM (:percent) REPEATABLE (:seed) OFFSET 0) AS hashed;
