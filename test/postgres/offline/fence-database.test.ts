import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { enumerateDatabase } from '../../../shared/movers/postgres/offline/enumerate-database';
import { fenceDatabase, unfenceDatabase } from '../../../shared/movers/postgres/offline/fence-database';
import { databases, query, startWorld, type Databases, type RunningWorld } from './offline-world';

const DDL = 'CREATE TABLE t (id int PRIMARY KEY); CREATE SEQUENCE s;';
const CONFIGURATION = `
  SELECT (SELECT json_agg(a ORDER BY a::text) FROM pg_database d, aclexplode(COALESCE(d.datacl, acldefault('d', d.datdba))) a
          WHERE datname = current_database()) AS grants,
         (SELECT json_agg(s ORDER BY s::text) FROM pg_db_role_setting s) AS settings`;

let world: RunningWorld;

beforeAll(async () => {
  world = await startWorld(15, null);
  await query(
    world.source.url(),
    `CREATE ROLE app LOGIN PASSWORD '${world.source.password}'; CREATE ROLE app_owner; CREATE ROLE reader LOGIN;
     GRANT app_owner TO app;
     CREATE ROLE mover LOGIN PASSWORD '${world.source.password}' IN ROLE app, pg_signal_backend`,
  );
});

afterAll(() => world.close());

/** A database whose tables an application's role owns, moved by a role that is no superuser. */
async function ownedDatabase(): Promise<Databases & { app: string }> {
  const pair = await databases(world, { ddl: DDL, rows: '' });
  const name = new URL(pair.source).pathname.slice(1);
  await pair.onSource(
    `ALTER DATABASE ${name} OWNER TO app_owner; ALTER TABLE t OWNER TO app_owner; GRANT CONNECT ON DATABASE ${name} TO reader;
     ALTER DATABASE ${name} SET default_transaction_read_only = 'false'`,
  );
  const asset = { ...pair.context.asset, applicationRoles: ['app', 'app_owner'] };
  return {
    ...pair,
    context: { ...pair.context, asset, source: world.source.url(name, 'mover') },
    app: world.source.url(name, 'app'),
  };
}

async function connected(url: string): Promise<Client> {
  const client = new Client(url);
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

describe('fenceDatabase', () => {
  it('R97 R110 ends every session, lets no role of the application in, and proves it with a refused write of each', async () => {
    const { context, app } = await ownedDatabase();
    const session = await connected(app);
    const result = await fenceDatabase(context, { graceMs: 0 });
    expect(result).toMatchObject({
      kind: 'fenced',
      proof: {
        endedSessions: 1,
        refusedWrites: [
          { role: 'app', sqlState: '25006', mayConnect: false },
          { role: 'app_owner', sqlState: '25006', mayConnect: false },
        ],
      },
    });
    await expect(session.query('INSERT INTO t VALUES (1)')).rejects.toThrow();
    await expect(connected(app)).rejects.toThrow('permission denied for database');
  });

  it('R97 waits for transactions under way before it ends their sessions', async () => {
    const { context, app, onSource } = await ownedDatabase();
    const session = await connected(app);
    await session.query('BEGIN; INSERT INTO t VALUES (1)');
    const fencing = fenceDatabase(context, { graceMs: 60_000 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await session.query('COMMIT');
    expect(await fencing).toMatchObject({ kind: 'fenced', proof: { endedSessions: 1 } });
    expect(await onSource('SELECT id FROM t')).toEqual([{ id: 1 }]);
  });

  it('R110 is refused where something would go on writing or a right is missing, and names it', async () => {
    const { context, onSource, source } = await ownedDatabase();
    await onSource(
      'ALTER TABLE t OWNER TO postgres; ALTER DATABASE ' +
        new URL(source).pathname.slice(1) +
        ' OWNER TO postgres',
    );
    expect(await fenceDatabase(context, { graceMs: 0 })).toMatchObject({
      kind: 'failed',
      code: 'missing-right',
    });
    expect(await enumerateDatabase(context, { pass: 1 })).toMatchObject({
      kind: 'refused',
      code: 'source-not-fenced',
    });
  });
});

describe('unfenceDatabase', () => {
  it('R110 puts back exactly the rights and settings that were before, however often either is called', async () => {
    const { context, app, onSource } = await ownedDatabase();
    const before = await onSource(CONFIGURATION);
    await fenceDatabase(context, { graceMs: 0 });
    await fenceDatabase(context, { graceMs: 0 });
    expect(await onSource(CONFIGURATION)).not.toEqual(before);
    expect(await unfenceDatabase(context)).toEqual({ changed: true });
    expect(await unfenceDatabase(context)).toEqual({ changed: false });
    expect(await onSource(CONFIGURATION)).toEqual(before);
    const session = await connected(app);
    await session.query('INSERT INTO t VALUES (1)');
    await session.end();
  });
});
