import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SqliteJournal } from '../../../shared/adapters/sqlite/sqlite-journal';
import { binariesOf } from '../../../clients/demo/postgres/start-postgres';
import { tryCopy } from '../../../shared/movers/postgres/trial/try-copy';
import { catalogueOf } from '../../support/postgres/catalogue';
import { makeDatabases, startPair, type ServerPair } from '../../support/postgres/database-pair';

const HERE = binariesOf(15) !== null && binariesOf(17) !== null;
const suite = HERE ? describe : describe.skip;

suite(`a trial copy from PostgreSQL 15 to 17${HERE ? '' : ' (no binaries here)'}`, () => {
  let servers: ServerPair;

  beforeAll(async () => {
    servers = await startPair(15, 17, { fsync: 'off' });
  });
  afterAll(async () => {
    await servers?.stop();
  });

  it('R81 copies a sample of tables of every size into the target, forecasts by it, and leaves nothing there', async () => {
    const databases = await makeDatabases(servers, '', { limits: { copyWorkers: 2 } });
    await databases.query(
      'source',
      `CREATE TYPE colour AS ENUM ('red', 'ä"\\');
       CREATE TABLE large (id bigint, colour colour, body text, more jsonb);
       INSERT INTO large SELECT n, 'ä"\\', repeat(md5(n::text), 10), '{"a": null}' FROM generate_series(1, 60000) n;
       CREATE TABLE bare (); INSERT INTO bare DEFAULT VALUES`,
    );
    for (const n of [1, 2, 3, 4])
      await databases.query('source', `CREATE TABLE small_${n} AS SELECT * FROM large LIMIT 10 * ${n}`);
    await databases.query('source', 'ANALYZE');
    const journal = new SqliteJournal(':memory:');
    const context = { ...databases.context, journal, clock: { now: () => new Date() } };
    const before = await catalogueOf(databases, 'target');

    const trial = await tryCopy(context);
    expect(trial?.strata).toMatchObject([
      { stratum: 'small', tables: 5, sampledTables: 3 },
      { stratum: 'medium', tables: 1, sampledTables: 1, sampledBytes: 16 * 2 ** 20 },
      { stratum: 'large', tables: 0, sampledTables: 0 },
    ]);
    const [, medium] = trial?.strata ?? [];
    expect(trial?.streams).toBe(2);
    expect(trial?.forecastMs).toBeGreaterThan(
      ((medium?.bytes ?? Infinity) / (16 * 2 ** 20)) * (medium?.sampledMs ?? Infinity) * 0.49,
    );
    expect(await catalogueOf(databases, 'target')).toEqual(before);

    const claim = { ...context.claim, interrupted: () => Promise.resolve(true) };
    expect(await tryCopy({ ...context, claim })).toBeNull();
  });
});
