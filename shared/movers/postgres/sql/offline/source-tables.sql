-- Tables whose rows an offline copy takes, the largest first; partitioned tables are copied by their partitions.
-- $1 text[]: schemas; empty for all but the system's and ours. $2 int: major version of the target.
--
-- Binary COPY is not possible where a type has no binary functions, and wrong where a value is an OID that means another object
-- elsewhere (regclass and its like). Before version 14 a server refuses arrays and rows of types that have another OID at home.
WITH RECURSIVE chosen AS (
  SELECT c.oid, n.nspname, c.relname, c.relpersistence, c.reltuples, c.relam, c.relpages, e.extoid,
         pg_table_size(c.oid) AS size_bytes,
         pg_relation_size(c.oid) / current_setting('block_size')::int AS pages
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN LATERAL (
    SELECT d.refobjid AS extoid FROM pg_depend d
    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  ) e ON true
  WHERE c.relkind = 'r'
    AND c.relpersistence IN ('p', 'u')
    AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'causeway', 'causeway_schema')
    AND (cardinality($1::text[]) = 0 OR n.nspname = ANY ($1::text[]))
),
-- What a type is made of. "nested": inside an array or a row, where binary values name the type by its OID.
part (relid, typid, nested) AS (
  SELECT c.oid, a.atttypid, false
  FROM chosen c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  UNION
  SELECT p.relid, inner_type.typid, inner_type.nested OR (p.nested AND t.typtype IN ('d', 'r', 'm'))
  FROM part p
  JOIN pg_type t ON t.oid = p.typid
  CROSS JOIN LATERAL (
    SELECT t.typbasetype AS typid, false AS nested WHERE t.typtype = 'd'
    UNION ALL SELECT t.typelem, true WHERE t.typelem <> 0 AND t.typlen = -1 AND t.typtype = 'b'
    UNION ALL SELECT r.rngsubtype, false FROM pg_range r WHERE t.typtype IN ('r', 'm')
      AND (r.rngtypid = t.oid OR to_jsonb(r) ->> 'rngmultitypid' = t.oid::text)
    UNION ALL SELECT a.atttypid, true FROM pg_attribute a
      WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
  ) inner_type
),
text_only AS (
  SELECT DISTINCT p.relid
  FROM part p
  JOIN pg_type t ON t.oid = p.typid
  WHERE t.typsend = 0 OR t.typreceive = 0
     OR (t.typnamespace = 'pg_catalog'::regnamespace AND t.typname ~ '^reg')
     OR (p.nested AND t.oid >= 16384 AND $2::int < 14)
)
SELECT c.nspname AS schema,
       c.relname AS name,
       COALESCE((
         SELECT array_agg(a.attname::text ORDER BY a.attnum)
         FROM pg_attribute a
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
       ), '{}') AS columns,
       CASE WHEN c.oid IN (SELECT relid FROM text_only) THEN 'text' ELSE 'binary' END AS format,
       CASE WHEN c.reltuples > 0 THEN c.reltuples * GREATEST(1, c.pages::float8 / GREATEST(1, c.relpages)) ELSE 0 END::float8 AS rows,
       c.size_bytes::float8 AS bytes,
       c.pages::float8 AS pages,
       (c.relam = (SELECT oid FROM pg_am WHERE amname = 'heap')) AS heap,
       -- Only what an extension's script does not make itself: the rows its author declared to be the user's.
       cfg.condition
FROM chosen c
LEFT JOIN LATERAL (
  SELECT x.extcondition[i] AS condition
  FROM pg_extension x, generate_subscripts(x.extconfig, 1) i
  WHERE x.oid = c.extoid AND x.extconfig[i] = c.oid
) cfg ON true
WHERE c.extoid IS NULL OR cfg.condition IS NOT NULL
ORDER BY c.size_bytes DESC, c.nspname, c.relname;
