import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Processes } from '../../../clients/demo/processes';
import { startPostgres } from '../../../clients/demo/postgres/start-postgres';
import { openClient } from '../../../shared/movers/postgres/connect/open-client';
import { planCheck } from '../../../shared/movers/postgres/schema/foreign-key-check';

const DDL = `
  CREATE TABLE public.parent (id int, "Part No" int, PRIMARY KEY ("Part No", id));
  CREATE TABLE public."Child" (parent int, "Part No" int, free int, odd int, UNIQUE ("Part No", parent, free));
  CREATE INDEX ON public."Child" (odd) WHERE odd > 0;
  INSERT INTO public.parent SELECT i, 1 FROM generate_series(1, 5000) i;
  INSERT INTO public."Child" SELECT i, 1, i, i FROM generate_series(1, 5000) i;
  CREATE TABLE public.fresh (LIKE public."Child" INCLUDING INDEXES);
  INSERT INTO public.fresh SELECT * FROM public."Child"`;

const keyOf = (table: string, columns: string): string =>
  `--\n-- Name: x\n--\n\nALTER TABLE ONLY public.${table}\n    ADD CONSTRAINT x FOREIGN KEY (${columns}) REFERENCES public.parent("Part No", id) ON DELETE CASCADE`;

describe('the check of a foreign key', () => {
  const processes = new Processes();
  const folder = mkdtempSync(join(tmpdir(), 'causeway-check-'));
  let url: string;
  beforeAll(async () => {
    url = (await startPostgres(processes, { major: 15, dataFolder: join(folder, 'data') })).url();
    const client = await openClient(url, { name: 'test' });
    await client.query(DDL);
    await client.query('VACUUM ANALYZE public.parent, public."Child"');
    await client.query('ANALYZE public.fresh');
    await client.end();
  });
  afterAll(async () => {
    await processes.stopAll();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['merges two indexes that tell all', keyOf('"Child"', '"Part No", parent'), 'off'],
    ['merges them in another order of columns', keyOf('"Child"', 'parent, "Part No"'), 'off'],
    ['hashes where no index begins with its columns', keyOf('"Child"', 'free, parent'), 'on'],
    ['hashes where the only one leaves rows out', keyOf('"Child"', 'odd'), 'on'],
    ['hashes where rows would have to be looked up', keyOf('fresh', '"Part No", parent'), 'on'],
    ['is left to the planner for a table that is not there', keyOf('gone', 'parent'), 'on'],
    [
      'is left to the planner where it is written in another way',
      'ALTER TABLE public.parent ADD id2 int',
      'on',
    ],
  ])('%s', async (_title, sql, hashes) => {
    const client = await openClient(url, { name: 'test' });
    try {
      await client.query('BEGIN');
      await planCheck(client, sql);
      expect((await client.query('SHOW enable_hashjoin')).rows).toEqual([{ enable_hashjoin: hashes }]);
      await client.query('COMMIT');
      expect((await client.query('SHOW enable_hashjoin')).rows).toEqual([{ enable_hashjoin: 'on' }]);
    } finally {
      await client.end();
    }
  });
});
