-- Large objects, cut into ranges of ids that hold about as much each. $1 float8: bytes of a range; $2 int: objects of a range at most.
WITH numbered AS (
  SELECT m.oid::bigint AS id, row_number() OVER (ORDER BY m.oid) - 1 AS number, count(*) OVER () AS total
  FROM pg_largeobject_metadata m
),
sized AS (
  SELECT id, number, pg_table_size('pg_catalog.pg_largeobject')::float8 / total AS bytes FROM numbered
)
SELECT min(id)::float8 AS "from", max(id)::float8 AS "to", count(*)::float8 AS rows, sum(bytes)::float8 AS bytes
FROM sized
GROUP BY floor(number / LEAST($2, GREATEST(1, floor($1 / GREATEST(1, bytes)))))
ORDER BY 1;
