-- A schema with every built-in type and every sort of object that PostgreSQL 13 to 18 share.
CREATE SCHEMA "Größe ""x""";
CREATE SCHEMA shop;
CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA shop;
COMMENT ON SCHEMA shop IS 'what is sold; and a semicolon';

CREATE TYPE shop.mood AS ENUM ('sad', 'o''kay', 'happy');
CREATE TYPE shop.address AS (street text, "Nummer" int, tags text[]);
CREATE TYPE shop.float_span AS RANGE (subtype = float8);
CREATE DOMAIN shop.percent AS numeric(5, 2) DEFAULT 0 NOT NULL CHECK (VALUE >= 0 AND VALUE <= 100);
CREATE COLLATION shop.as_bytes FROM "C";

CREATE FUNCTION shop.tax(amount numeric, rate numeric DEFAULT 0.19) RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $body$ SELECT round(amount * rate, 2); $body$;
CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql SET search_path = shop, pg_catalog AS $$
BEGIN
  NEW.changed := now(); -- ; in a comment
  RETURN NEW;
END $$;
CREATE PROCEDURE shop.nothing(INOUT x int) LANGUAGE plpgsql AS 'BEGIN x := x + 1; END';
CREATE AGGREGATE shop.total(numeric) (SFUNC = numeric_add, STYPE = numeric, INITCOND = '0');
CREATE OPERATOR shop.=== (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq);

CREATE TABLE shop.every_type (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  a_smallint smallint, an_integer integer, a_bigint bigint, a_numeric numeric, a_money money,
  a_real real, a_double double precision, a_bool boolean,
  a_char char(5), a_varchar varchar(20), a_text text, a_name name, a_bytea bytea, a_quoted_char "char",
  a_date date, a_time time(3), a_timetz timetz, a_timestamp timestamp, a_timestamptz timestamptz, an_interval interval day to second,
  a_uuid uuid, a_json json, a_jsonb jsonb, a_jsonpath jsonpath, an_xml xml,
  a_point point, a_line line, a_lseg lseg, a_box box, a_path path, a_polygon polygon, a_circle circle,
  a_cidr cidr, an_inet inet, a_macaddr macaddr, a_macaddr8 macaddr8,
  a_bit bit(3), a_varbit varbit(10), a_tsvector tsvector, a_tsquery tsquery,
  an_int4range int4range, an_int8range int8range, a_numrange numrange, a_tsrange tsrange, a_tstzrange tstzrange, a_daterange daterange,
  a_float_span shop.float_span, an_oid oid, a_regclass regclass, a_pg_lsn pg_lsn, a_txid txid_snapshot,
  ints int[], grid text[][], moods shop.mood[], a_mood shop.mood DEFAULT 'happy', an_address shop.address, addresses shop.address[],
  a_percent shop.percent, a_citext shop.citext, by_bytes text COLLATE shop.as_bytes
);

CREATE TABLE shop.customer (
  id serial PRIMARY KEY,
  email shop.citext NOT NULL UNIQUE,
  "odd "" column; ✓" text DEFAULT 'a;b''c',
  net numeric NOT NULL DEFAULT 0,
  gross numeric GENERATED ALWAYS AS (net + shop.tax(net)) STORED,
  changed timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "net; is positive" CHECK (net >= 0 AND (net < 1000000 OR email <> ''))
);
CREATE TABLE "Größe ""x"""."Tabelle ✓" (
  "select" int, "Ünïcode" text, customer int REFERENCES shop.customer (id) ON DELETE CASCADE DEFERRABLE,
  PRIMARY KEY ("select", "Ünïcode")
);
CREATE TABLE shop.event (at date NOT NULL, id int NOT NULL, what text, PRIMARY KEY (at, id)) PARTITION BY RANGE (at);
CREATE TABLE shop.event_2025 PARTITION OF shop.event FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE shop.event_rest PARTITION OF shop.event DEFAULT PARTITION BY LIST (id);
CREATE TABLE shop.event_rest_all PARTITION OF shop.event_rest DEFAULT;
CREATE INDEX event_what ON shop.event (what);
CREATE TABLE public.measured (a int PRIMARY KEY) PARTITION BY RANGE (a);
CREATE TABLE public.measured_first PARTITION OF public.measured FOR VALUES FROM (1) TO (100);
CREATE TABLE shop.thing (id int PRIMARY KEY, name text);
CREATE TABLE shop.special_thing (extra text, PRIMARY KEY (id)) INHERITS (shop.thing);
CREATE TABLE shop.no_key (a int, b int);
ALTER TABLE shop.no_key REPLICA IDENTITY FULL;
CREATE TABLE shop.by_index (a int NOT NULL, b int);
CREATE UNIQUE INDEX by_index_a ON shop.by_index (a);
ALTER TABLE shop.by_index REPLICA IDENTITY USING INDEX by_index_a;
CREATE SEQUENCE shop.numbers AS bigint START 100 INCREMENT 5 MAXVALUE 1000 CACHE 3 CYCLE;

CREATE INDEX customer_lower ON shop.customer (lower("odd "" column; ✓")) WHERE net > 0;
CREATE INDEX customer_tags ON shop.every_type USING gin (ints);
CREATE STATISTICS shop.customer_stats (dependencies) ON net, email FROM shop.customer;
CREATE VIEW shop.rich AS
  SELECT c.id, c.email, count(*) AS n FROM shop.customer c GROUP BY c.id HAVING count(*) > 0;
CREATE MATERIALIZED VIEW shop.summary AS SELECT count(*) AS customers, sum(net) AS net FROM shop.customer;
CREATE MATERIALIZED VIEW shop.summary_of_summary AS SELECT customers * 2 AS twice FROM shop.summary;
CREATE UNIQUE INDEX summary_one ON shop.summary (customers);
CREATE TRIGGER touched BEFORE UPDATE ON shop.customer FOR EACH ROW WHEN (OLD.net IS DISTINCT FROM NEW.net) EXECUTE FUNCTION shop.touch();
CREATE RULE no_delete AS ON DELETE TO shop.no_key DO INSTEAD NOTHING;
ALTER TABLE shop.thing ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON shop.thing FOR SELECT TO reader USING (name = CURRENT_USER);
GRANT USAGE ON SCHEMA shop TO reader;
GRANT SELECT, INSERT ON shop.customer TO reader WITH GRANT OPTION;
GRANT UPDATE (net) ON shop.customer TO "App Röle";
GRANT USAGE ON SEQUENCE shop.numbers TO reader;
REVOKE EXECUTE ON FUNCTION shop.tax(numeric, numeric) FROM PUBLIC;
ALTER TABLE shop.no_key OWNER TO "App Röle";
ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO reader;
COMMENT ON TABLE shop.customer IS 'people';
COMMENT ON COLUMN shop.customer.net IS 'without "tax"';
COMMENT ON CONSTRAINT "net; is positive" ON shop.customer IS 'why';
COMMENT ON INDEX shop.customer_lower IS 'quick';
