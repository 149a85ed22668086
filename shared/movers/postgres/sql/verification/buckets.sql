-- A whole table in one reading, dealt into buckets by what names its rows: for tables that both sides don't sort alike.
-- :bucket bigint, :hash, :relation.
SELECT bucket::text, count(*)::text AS rows, sum(hashint8extended(h, 0))::text AS sum0, sum(hashint8extended(h, 1))::text AS sum1
FROM (SELECT :bucket AS bucket, :hash AS h FROM :relation AS t OFFSET 0) AS hashed
GROUP BY bucket;
