-- Tables to compare, with what tells whether both sides write and sort them alike.
-- $1 text[]: schemas; empty for all but the system's and ours.
-- Returns schema, name, kind (r, p), root (of a partition, or null), columns and key (JSON, null without one), rows (estimate), bytes.
WITH RECURSIVE base_type (typid, base) AS (
  SELECT oid, CASE WHEN typtype = 'd' THEN typbasetype ELSE oid END FROM pg_type
  UNION
  SELECT b.typid, t.typbasetype FROM base_type b JOIN pg_type t ON t.oid = b.base WHERE t.typtype = 'd'
),
chosen AS (
  SELECT c.oid, n.nspname, c.relname, c.relkind, c.relispartition, c.reltuples
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND c.relpersistence IN ('p', 'u')
    AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'causeway', 'causeway_schema')
    AND (cardinality($1::text[]) = 0 OR n.nspname = ANY ($1::text[]))
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
),
-- How text is sorted: 'C' by its bytes, else by whom, which rules and which edition of them; null where that can't be told.
collations AS (
  SELECT c.oid,
    CASE
      WHEN c.provider = 'b' OR c.locale IN ('C', 'POSIX') THEN 'C'
      ELSE c.provider || ':' || c.locale || ':' || coalesce(c.rules, '') || ':' || c.version
    END AS ordering
  FROM (
    SELECT l.oid,
      CASE l.collprovider WHEN 'd' THEN coalesce(to_jsonb(d) ->> 'datlocprovider', 'c') ELSE l.collprovider::text END AS provider,
      CASE
        WHEN l.collprovider <> 'd' THEN coalesce(to_jsonb(l) ->> 'colllocale', to_jsonb(l) ->> 'colliculocale', l.collcollate)
        WHEN to_jsonb(d) ->> 'datlocprovider' = 'i' THEN coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale')
        ELSE d.datcollate
      END AS locale,
      coalesce(to_jsonb(l) ->> 'collicurules', to_jsonb(d) ->> 'daticurules') AS rules,
      CASE
        WHEN l.collprovider <> 'd' THEN pg_collation_actual_version(l.oid)
        ELSE (
          SELECT max(pg_collation_actual_version(same.oid)) FROM pg_collation same
          WHERE same.collprovider::text = coalesce(to_jsonb(d) ->> 'datlocprovider', 'c')
            AND coalesce(to_jsonb(same) ->> 'colllocale', to_jsonb(same) ->> 'colliculocale', same.collcollate)
              = CASE WHEN to_jsonb(d) ->> 'datlocprovider' = 'i'
                  THEN coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') ELSE d.datcollate END
        )
      END AS version
    FROM pg_collation l, pg_database d
    WHERE d.datname = current_database()
      AND l.oid IN (SELECT a.attcollation FROM pg_attribute a JOIN chosen ON chosen.oid = a.attrelid WHERE a.attnum > 0)
  ) c
),
columns AS (
  SELECT a.attrelid, a.attnum, a.attname, a.attnotnull, a.attcollation,
    format_type(a.atttypid, a.atttypmod) AS type,
    a.attgenerated <> '' AS generated,
    CASE WHEN t.typnamespace = 'pg_catalog'::regnamespace THEN t.typname::text ELSE 'other' END AS base,
    CASE
      WHEN t.typtype = 'e' THEN
        (SELECT 'enum:' || json_agg(e.enumlabel ORDER BY e.enumsortorder)::text FROM pg_enum e WHERE e.enumtypid = t.oid)
      WHEN t.typnamespace <> 'pg_catalog'::regnamespace THEN NULL
      WHEN t.typname IN ('text', 'varchar', 'bpchar') THEN
        'text:' || current_setting('server_encoding') || ':' || (SELECT ordering FROM collations WHERE oid = a.attcollation)
      WHEN t.typname IN (
        'bool', 'int2', 'int4', 'int8', 'numeric', 'float4', 'float8', 'oid', 'date', 'time', 'timetz', 'timestamp', 'timestamptz',
        'interval', 'uuid', 'bytea', 'inet', 'cidr', 'macaddr', 'macaddr8', 'bit', 'varbit', 'char', 'pg_lsn', 'money'
      ) THEN 'type:' || t.typname
    END AS ordering
  FROM pg_attribute a
  JOIN chosen ON chosen.oid = a.attrelid
  JOIN base_type b ON b.typid = a.atttypid
  JOIN pg_type t ON t.oid = b.base AND t.typtype <> 'd'
  WHERE a.attnum > 0 AND NOT a.attisdropped
),
-- The primary key, else what replication goes by, else any other unique index over columns that are never null.
keys AS (
  SELECT DISTINCT ON (i.indrelid) i.indrelid, i.indexrelid, i.indnkeyatts, i.indkey
  FROM pg_index i
  JOIN chosen ON chosen.oid = i.indrelid
  JOIN pg_class c ON c.oid = i.indexrelid
  JOIN pg_am am ON am.oid = c.relam AND am.amname = 'btree'
  WHERE i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
    AND NOT EXISTS (
      SELECT FROM generate_series(0, i.indnkeyatts - 1) AS k
      LEFT JOIN columns col ON col.attrelid = i.indrelid AND col.attnum = i.indkey[k]
      JOIN pg_opclass o ON o.oid = i.indclass[k]
      WHERE NOT col.attnotnull OR NOT o.opcdefault OR i.indoption[k] <> 0 OR i.indcollation[k] <> col.attcollation
    )
  ORDER BY i.indrelid, i.indisprimary DESC, i.indisreplident DESC, i.indnkeyatts, i.indexrelid
)
SELECT chosen.nspname AS schema, chosen.relname AS name, chosen.relkind AS kind,
  CASE WHEN chosen.relispartition THEN
    (SELECT json_build_array(n.nspname, r.relname) FROM pg_class r JOIN pg_namespace n ON n.oid = r.relnamespace
     WHERE r.oid = pg_partition_root(chosen.oid))
  END AS root,
  coalesce((
    SELECT json_agg(json_build_object('name', attname, 'type', type, 'base', base, 'generated', generated) ORDER BY attnum)
    FROM columns WHERE attrelid = chosen.oid
  ), '[]') AS columns,
  (
    SELECT json_agg(json_build_object('name', col.attname, 'type', col.type, 'base', col.base, 'ordering', col.ordering) ORDER BY k)
    FROM keys, generate_series(0, keys.indnkeyatts - 1) AS k, columns col
    WHERE keys.indrelid = chosen.oid AND col.attrelid = chosen.oid AND col.attnum = keys.indkey[k]
  ) AS key,
  greatest(0, CASE WHEN chosen.relkind = 'p' THEN
    (SELECT sum(greatest(c.reltuples, 0)) FROM pg_partition_tree(chosen.oid) p JOIN pg_class c ON c.oid = p.relid AND p.isleaf)
  ELSE chosen.reltuples END)::float8 AS rows,
  CASE WHEN chosen.relkind = 'p' THEN
    (SELECT coalesce(sum(pg_table_size(relid)), 0) FROM pg_partition_tree(chosen.oid) WHERE isleaf)
  ELSE pg_table_size(chosen.oid) END::float8 AS bytes
FROM chosen
ORDER BY chosen.nspname, chosen.relname;
