import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { binariesOf } from '../../../clients/demo/postgres/start-postgres';
import { fenceDatabase } from '../../../shared/movers/postgres/offline/fence-database';
import { killServer, startPair, type ServerPair } from '../../support/postgres/database-pair';
import { until } from '../../support/postgres/replicated-ledger';
import { copyWhole } from '../offline/copy-whole';
import { contentOf, databases, type Databases } from '../offline/offline-world';

const here = binariesOf(15) && binariesOf(18) ? describe : describe.skip;
const TABLES = ['public.a', 'public.b', 'public.c'];
const DDL = `
  ${TABLES.map((name) => `CREATE TABLE ${name} (id int PRIMARY KEY, word text NOT NULL);`).join('\n')}
  CREATE INDEX a_word ON a (word);
  ALTER TABLE b ADD FOREIGN KEY (id) REFERENCES a (id);
`;
const ROWS = TABLES.map(
  (name) => `INSERT INTO ${name} SELECT i, repeat(md5(i::text), 2) FROM generate_series(1, 40000) i;`,
).join('\n');
/** So slow that the copy is under way when the server is killed. */
const BYTES_PER_SECOND = 2_000_000;

here('R121 a copy of a fenced database whose server is killed, PostgreSQL 15 to 18', () => {
  let pair: ServerPair;
  beforeAll(async () => {
    // What a killed server has written the system has: without fsync it loses as much, and is back without syncing its whole folder.
    pair = await startPair(15, 18, { fsync: 'off' });
  });
  afterAll(() => pair?.stop());

  const slow = ({ context }: Databases): Databases['context'] => ({
    ...context,
    limits: () => Promise.resolve({ ...context.asset.limits, bytesPerSecond: BYTES_PER_SECOND }),
  });

  it.each(['target', 'source', 'target'] as const)(
    'the %s: the call fails, and the next one ends with every row once',
    async (side) => {
      const both = await databases(pair, { ddl: DDL, rows: ROWS });
      expect(await fenceDatabase(both.context, { graceMs: 0 })).toMatchObject({ kind: 'fenced' });
      const broken = copyWhole(slow(both)).then(
        ({ kind }) => kind,
        () => 'failed',
      );
      const underWay = 'SELECT FROM pg_stat_progress_copy WHERE tuples_processed > 0 AND relid <> 0';
      await until(async () => (await both.onTarget<object>(underWay)).length > 0);
      await killServer(pair[side]);
      expect(await broken).toBe('failed');
      await pair.restart(side);
      expect(await until(() => copyWhole(both.context).catch(() => null))).toMatchObject({ kind: 'done' });
      expect(await contentOf(both.target, TABLES)).toEqual(await contentOf(both.source, TABLES));
      const INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1";
      expect(await both.onTarget(INDEXES)).toEqual(await both.onSource(INDEXES));
      expect(await both.onTarget("SELECT conname FROM pg_constraint WHERE contype = 'f'")).toEqual([
        { conname: 'b_id_fkey' },
      ]);
    },
  );
});
