/** Tables of every shape and a row of every type, with what each value may be mistaken for: the same on a screen, not the same. */
export const EVERY_TYPE_DDL = `
  CREATE SCHEMA "Lager ""ä""";
  CREATE TYPE "Lager ""ä""".mood AS ENUM ('sad', 'ok', 'happy');
  CREATE DOMAIN "Lager ""ä""".share AS numeric(6, 3) CHECK (value >= 0);
  CREATE TYPE "Lager ""ä""".place AS (street text, at point, since date);
  CREATE TABLE every_type (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), label text UNIQUE,
    small smallint, whole integer, big bigint, exact numeric, scaled numeric(12, 2), single real, double double precision,
    cash money, flag boolean, fixed char(8), varied varchar(30), words text, raw bytea, tag "char", title name,
    day date, hour time, hourz timetz, moment timestamp, instant timestamptz, span interval,
    loose json, tight jsonb, markup xml, bits bit(4), varbits bit varying, net inet, block cidr, mac macaddr, mac8 macaddr8,
    spot point, shape polygon, round circle, search tsvector, question tsquery, numbers int4range, moments tstzrange,
    list integer[], texts text[], feeling "Lager ""ä""".mood, part "Lager ""ä""".share, home "Lager ""ä""".place,
    relation regclass, lsn pg_lsn, "select ""q""" text, twice bigint GENERATED ALWAYS AS (whole * 2) STORED
  );
  CREATE TABLE by_text (name text, part varchar(10), n integer NOT NULL, PRIMARY KEY (name, part));
  CREATE TABLE by_many (region "Lager ""ä""".mood, at timestamptz, amount numeric(10, 2), code char(4), v text, PRIMARY KEY (region, at, amount, code));
  CREATE TABLE by_composite (home "Lager ""ä""".place PRIMARY KEY, v integer);
  CREATE TABLE no_key (a integer, b text);
  CREATE TABLE no_column ();
  CREATE TABLE parted (id integer, kind text, v text, PRIMARY KEY (id, kind)) PARTITION BY LIST (kind);
  CREATE TABLE parted_a PARTITION OF parted FOR VALUES IN ('a');
  CREATE TABLE parted_rest PARTITION OF parted DEFAULT;
  CREATE TABLE parent (id integer PRIMARY KEY, v text);
  CREATE TABLE child (more text, PRIMARY KEY (id)) INHERITS (parent);
  CREATE SEQUENCE counter INCREMENT BY -3 MINVALUE -1000 MAXVALUE 500 START 500;
`;

/** As columns and the two values that must not be taken for each other. */
export const MISTAKABLE: Readonly<Record<string, readonly [string, string]>> = {
  small: ['1', '2'],
  whole: ['-1', 'NULL'],
  big: ['9007199254740993', '9007199254740992'],
  exact: ['1.0', '1.00'],
  scaled: ['0.10', '0.11'],
  single: ['0.1', '0.10000002'],
  double: [`'-0'::float8`, `'0'::float8`],
  cash: [`'12.34'::money`, `'12.35'::money`],
  flag: ['true', 'false'],
  fixed: [`'ab'`, `'ab c'`],
  varied: [`''`, 'NULL'],
  words: [`U&'caf\\00e9'`, `U&'cafe\\0301'`],
  raw: [`'\\x00ff'::bytea`, `'\\x00fe'::bytea`],
  tag: [`'a'`, `'b'`],
  title: [`'n'`, `'m'`],
  day: [`'2024-02-29'`, `'2024-03-01'`],
  hour: [`'23:59:59.999999'`, `'23:59:59.999998'`],
  hourz: [`'12:00+01'::timetz`, `'11:00+00'::timetz`],
  moment: [`'infinity'`, `'-infinity'`],
  instant: [`'2026-03-29 01:30+00'`, `'2026-03-29 01:30+01'`],
  span: [`'1 month'::interval`, `'30 days'::interval`],
  loose: [`'{"a": 1}'::json`, `'{"a":1}'::json`],
  tight: [`'{"a": 1.0}'::jsonb`, `'{"a": 1.00}'::jsonb`],
  markup: [`'<a/>'::xml`, `'<a></a>'::xml`],
  bits: [`B'0101'`, `B'0100'`],
  varbits: [`B'01'`, `B'010'`],
  net: [`'10.0.0.1/24'::inet`, `'10.0.0.1/25'::inet`],
  block: [`'10.0.0.0/24'::cidr`, `'10.0.0.0/25'::cidr`],
  mac: [`'08:00:2b:01:02:03'`, `'08:00:2b:01:02:04'`],
  mac8: [`'08:00:2b:01:02:03:04:05'`, `'08:00:2b:01:02:03:04:06'`],
  spot: [`'(1,2)'::point`, `'(1,2.0000000001)'::point`],
  shape: [`'((0,0),(1,0),(1,1))'::polygon`, `'((0,0),(1,1),(1,0))'::polygon`],
  round: [`'<(0,0),1>'::circle`, `'<(0,0),2>'::circle`],
  search: [`'cat:1'::tsvector`, `'cat:2'::tsvector`],
  question: [`'a & b'::tsquery`, `'a | b'::tsquery`],
  numbers: [`'[1,5)'::int4range`, `'[1,5]'::int4range`],
  moments: [`'[2026-01-01 00:00+00,)'::tstzrange`, `'[2026-01-01 00:00+01,)'::tstzrange`],
  list: [`'{1,NULL}'::integer[]`, `'[0:1]={1,NULL}'::integer[]`],
  texts: [`'{"NULL"}'::text[]`, `'{NULL}'::text[]`],
  feeling: [`'ok'`, `'happy'`],
  part: ['0.125', '0.126'],
  home: [`ROW('x', '(1,2)', '2026-01-01')`, `ROW('x', '(1,2)', NULL)`],
  relation: [`'pg_class'::regclass`, `'pg_type'::regclass`],
  lsn: [`'0/1'::pg_lsn`, `'0/2'::pg_lsn`],
  '"select ""q"""': [`E'a\\tb'`, `'a b'`],
};

/** One row a column, each with a NULL everywhere else and in one row with every first value. */
export const everyTypeRows = (): string => {
  const columns = Object.keys(MISTAKABLE);
  const values = Object.values(MISTAKABLE).map(([value]) => value);
  const id = (n: number) => `'00000000-0000-4000-8000-${String(n).padStart(12, '0')}'`;
  const single = columns.map(
    (column, index) =>
      `INSERT INTO every_type (id, label, ${column}) VALUES (${id(index)}, '${column.replaceAll('"', '')}', ${values[index]})`,
  );
  return [
    ...single,
    `INSERT INTO every_type (id, label, ${columns.join(', ')}) VALUES (${id(999)}, 'all', ${values.join(', ')})`,
    `INSERT INTO by_text SELECT chr(65 + n % 60) || n, 'p' || n % 7, n FROM generate_series(1, 3000) n`,
    `INSERT INTO by_many SELECT (ARRAY['sad', 'ok', 'happy'])[1 + n % 3]::"Lager ""ä""".mood, timestamptz '2026-01-01 00:00+00' + n * interval '37 min', n / 4.0, 'c' || n % 11, 'v' || n FROM generate_series(1, 3000) n`,
    `INSERT INTO by_composite SELECT ROW('s' || n, point(n, 1), date '2026-01-01' + n)::"Lager ""ä""".place, n FROM generate_series(1, 50) n`,
    `INSERT INTO no_key SELECT n % 40, CASE WHEN n % 7 > 0 THEN 'b' || n % 3 END FROM generate_series(1, 2000) n`,
    `INSERT INTO no_column SELECT FROM generate_series(1, 5)`,
    `INSERT INTO parted SELECT n, CASE n % 3 WHEN 0 THEN 'a' ELSE 'z' || n % 3 END, 'v' || n FROM generate_series(1, 1000) n`,
    `INSERT INTO parent SELECT n, 'p' || n FROM generate_series(1, 100) n`,
    `INSERT INTO child SELECT n, 'c' || n, 'more' FROM generate_series(50, 150) n`,
  ].join(';\n');
};
