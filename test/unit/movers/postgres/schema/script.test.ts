import { describe, expect, it } from '@jest/globals';
import { classifyStatements } from '../../../../../shared/movers/postgres/schema/classify-statement';
import { fittingClient } from '../../../../../shared/movers/postgres/schema/pg-dump-client';
import { splitScript } from '../../../../../shared/movers/postgres/schema/split-script';

const statementsOf = (script: string): string[] => splitScript(script).map(({ sql }) => sql);
const phasesOf = (script: string): string[] =>
  classifyStatements(splitScript(script)).map(({ sql, phase }) => `${phase}: ${sql}`);

describe('a script of DDL', () => {
  it.each([
    ['SELECT 1; SELECT 2', ['SELECT 1;', 'SELECT 2']],
    [`SELECT ';', "a;b", E'\\';' ; SELECT 2;`, [`SELECT ';', "a;b", E'\\';' ;`, 'SELECT 2;']],
    ["SELECT 'it''s;' ; SELECT 2", ["SELECT 'it''s;' ;", 'SELECT 2']],
    [
      '-- a; b\nSELECT 1; /* c; /* d; */ e; */ SELECT 2',
      ['-- a; b\nSELECT 1;', '/* c; /* d; */ e; */ SELECT 2'],
    ],
    ['DO $$ BEGIN x; END $$; SELECT 2', ['DO $$ BEGIN x; END $$;', 'SELECT 2']],
    ['DO $ü$ BEGIN $$;$$ x; END $ü$; SELECT 2', ['DO $ü$ BEGIN $$;$$ x; END $ü$;', 'SELECT 2']],
    [
      'CREATE RULE r AS ON DELETE TO t DO (SELECT 1; SELECT 2); SELECT 3',
      ['CREATE RULE r AS ON DELETE TO t DO (SELECT 1; SELECT 2);', 'SELECT 3'],
    ],
    [
      'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END; SELECT 3',
      [
        'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END;',
        'SELECT 3',
      ],
    ],
    ['\\restrict aB1\nSELECT 1;\n\\unrestrict aB1\n', ['SELECT 1;']],
    [' ;; -- nothing\n/* at all */ ', []],
  ])('is cut into statements: %s', (script, statements) => {
    expect(statementsOf(script)).toEqual(statements);
  });

  it.each([
    ["SELECT 'open", 'a quote'],
    ['SELECT "open', 'a quote'],
    ['DO $$ open', 'a dollar quote'],
    ['/* open', 'a comment'],
    ['SELECT (1;', 'a bracket'],
    ['\\connect other\nSELECT 1', '\\connect'],
    ['COPY t (a) FROM stdin;\n1\n\\.\n', 'COPY'],
    ["INSERT INTO t VALUES ('hunter2')", 'data'],
    ['CREATE DATABASE d', 'another database'],
    ['CREATE INDEX CONCURRENTLY i ON t (a)', 'CONCURRENTLY'],
    ['CREATE SUBSCRIPTION s CONNECTION $$password=hunter2$$ PUBLICATION p', 'settings of the server'],
    ['BEGIN; CREATE TABLE t (a int); ROLLBACK', 'taken back'],
  ])('is refused by name and without its values: %s', (script, named) => {
    const classify = () => classifyStatements(splitScript(script));
    expect(classify).toThrow(
      expect.objectContaining({ code: 'invalid-input', message: expect.stringContaining(named) }),
    );
    expect(classify).not.toThrow('hunter2');
  });

  it('runs indexes, foreign keys and triggers after the copy, and keys before it', () => {
    const script = `
      BEGIN;
      SET default_tablespace = '';
      CREATE TABLE t (a int);
      COMMENT ON EXTENSION x IS 'not ours';
      ALTER TABLE ONLY t ADD CONSTRAINT "t ) FOREIGN KEY" PRIMARY KEY (a);
      CREATE UNIQUE INDEX u ON t (a);
      CREATE INDEX i ON t (a);
      COMMENT ON INDEX i IS 'i';
      ALTER TABLE ONLY t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES t (a);
      CREATE TRIGGER g BEFORE INSERT ON t EXECUTE FUNCTION f();
      CREATE VIEW v AS SELECT 1;
      COMMIT;`;
    expect(phasesOf(script)).toEqual([
      "session: SET default_tablespace = '';",
      'tables: CREATE TABLE t (a int);',
      'tables: ALTER TABLE ONLY t ADD CONSTRAINT "t ) FOREIGN KEY" PRIMARY KEY (a);',
      'tables: CREATE UNIQUE INDEX u ON t (a);',
      'rest: CREATE INDEX i ON t (a);',
      "rest: COMMENT ON INDEX i IS 'i';",
      'rest: ALTER TABLE ONLY t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES t (a);',
      'rest: CREATE TRIGGER g BEFORE INSERT ON t EXECUTE FUNCTION f();',
      'tables: CREATE VIEW v AS SELECT 1;',
    ]);
  });

  it('runs in its own order where it takes things away again', () => {
    const script = 'CREATE TABLE t (a int); CREATE INDEX i ON t (a); DROP INDEX i; DROP TABLE t';
    expect(phasesOf(script).map((line) => line.split(':')[0])).toEqual([
      'tables',
      'tables',
      'tables',
      'tables',
    ]);
  });
});

describe('the pg_dump of a worker', () => {
  const clients = [15, 17, 18].map((major) => ({ path: `pg_dump-${major}`, major }));
  it('is the oldest that knows the source', () => {
    expect(fittingClient(clients, 13)).toEqual({ client: clients[0] });
    expect(fittingClient(clients, 16)).toEqual({ client: clients[1] });
  });
  it('is refused by name where it is older than the source, or not there', () => {
    expect(fittingClient(clients.slice(0, 1), 16)).toEqual({
      reason: expect.stringContaining('has pg_dump 15 at most, and the source is PostgreSQL 16'),
    });
    expect(fittingClient([], 16)).toEqual({ reason: expect.stringContaining('has no pg_dump') });
  });
});
