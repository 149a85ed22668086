-- Rows of a part of a table and the sums of their hashes under two seeds; equal for equal rows in any order, on any server.
-- :hash bigint of a row, :relation, :condition with the parameters $1… that it needs.
SELECT count(*)::text AS rows,
  coalesce(sum(hashint8extended(h, 0)), 0)::text AS sum0,
  coalesce(sum(hashint8extended(h, 1)), 0)::text AS sum1
FROM (SELECT :hash AS h FROM :relation AS t WHERE :condition OFFSET 0) AS hashed;
