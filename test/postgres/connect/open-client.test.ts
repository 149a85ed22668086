import { isNativeError } from 'node:util/types';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chownSync, chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  binariesOf,
  startPostgres,
  type PostgresServer,
} from '../../../clients/demo/postgres/start-postgres';
import { Processes } from '../../../clients/demo/processes';
import { openClient, type ClientOptions } from '../../../shared/movers/postgres/connect/open-client';
import { isTransient } from '../../../shared/movers/postgres/connect/postgres-error';
import { quoteIdentifier, quoteLiteral } from '../../../shared/movers/postgres/connect/quote';
import { selfSignedCertificate } from '../../support/self-signed-certificate';

const MAJOR = 16;
const known = binariesOf(MAJOR) !== null;
const title = 'a connection to PostgreSQL';
const suite = known ? describe : describe.skip;
/** Nobody in particular, as the server runs when tests run as root. */
const NOBODY = 65_534;

suite(known ? title : `${title} (left out: no binaries of ${MAJOR})`, () => {
  const processes = new Processes();
  const folder = mkdtempSync(join(tmpdir(), 'causeway-connect-'));
  const { cert, key } = selfSignedCertificate();
  const authority = join(folder, 'authority.pem');
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres(processes, {
      ...{ major: MAJOR, dataFolder: join(folder, 'data') },
      settings: { listen_addresses: '127.0.0.1,127.0.0.2' },
    });
  });
  afterAll(async () => {
    await processes.stopAll();
    rmSync(folder, { recursive: true, force: true });
  });

  const using = async <T extends object>(
    url: string,
    sql: string,
    options: Partial<ClientOptions> = {},
  ): Promise<T[]> => {
    const client = await openClient(url, { name: 'test', ...options });
    try {
      return (await client.query<T>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  const refusal = async (url: string): Promise<Error> => {
    try {
      await using(url, 'SELECT 1');
    } catch (error) {
      if (isNativeError(error)) return error;
    }
    throw new Error('it was let in');
  };
  const isEncrypted = async (parameters: string, host = '127.0.0.1'): Promise<boolean | undefined> => {
    const url = server.url().replace('127.0.0.1', host);
    const [row] = await using<{ ssl: boolean }>(
      `${url}?${parameters}`,
      'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
    );
    return row?.ssl;
  };

  it('is pinned: named, without a time limit, in UTC, and finds nobody’s functions but the system’s', async () => {
    await using(server.url(), "ALTER DATABASE postgres SET statement_timeout = '500ms'");
    const sql = `SELECT current_setting('application_name') AS name, current_setting('statement_timeout') AS "statementTimeout",
      current_setting('search_path') AS path, current_setting('TimeZone') AS zone, pg_sleep(0.6)`;
    const [row] = await using(server.url(), sql);
    expect(row).toMatchObject({
      name: 'causeway test',
      statementTimeout: '0',
      path: 'pg_catalog',
      zone: 'UTC',
    });
    const [own] = await using<{ path: string }>(
      server.url(),
      "SELECT current_setting('search_path') AS path",
      { ownSearchPath: true },
    );
    expect(own?.path).toBe('"$user", public');
    await using(server.url(), 'ALTER DATABASE postgres RESET statement_timeout');
  });

  it('writes nothing where it is read-only, and waits as long as it is told', async () => {
    await expect(
      using(server.url(), 'CREATE TABLE public.t (a int)', { readOnly: true }),
    ).rejects.toMatchObject({ code: '25006' });
    const late = await using(server.url(), 'SELECT pg_sleep(5)', { statementTimeoutMs: 20 }).catch(
      (error: unknown) => error,
    );
    expect(late).toMatchObject({ code: '57014' });
    expect(isTransient(late)).toBe(true);
  });

  it('takes names and passwords with quotes, spaces and Unicode', async () => {
    const [role, database, password] = [`Größe "x"`, `d'b ✓ 100%`, `p@ss/wörd:#?&\\'"`];
    await using(
      server.url(),
      `CREATE ROLE ${quoteIdentifier(role)} LOGIN PASSWORD ${quoteLiteral(password)}`,
    );
    await using(server.url(), `CREATE DATABASE ${quoteIdentifier(database)}`);
    const [user, secret, name] = [role, password, database].map(encodeURIComponent);
    const url = `postgresql://${user}:${secret}@127.0.0.1:${server.port}/${name}`;
    const rows = await using(url, 'SELECT current_user AS role, current_database() AS database');
    expect(rows).toEqual([{ role, database }]);
  });

  it('names what is wrong, and never the password', async () => {
    const wrong = server.url().replace(server.password, 'hunter2');
    const noPassword = server.url().replace(`:${server.password}`, '');
    process.env.PGPASSWORD = server.password;
    const refusals = await Promise.all([
      refusal(wrong),
      refusal(noPassword),
      refusal(server.url('nowhere')),
      refusal(`postgresql://u:hunter2@no-such-host.invalid/d`),
      refusal(`${server.url()}?sslmode=require`),
    ]);
    delete process.env.PGPASSWORD;
    expect(refusals).toEqual([
      expect.objectContaining({ code: 'forbidden', message: expect.stringContaining('28P01') }),
      expect.objectContaining({ code: 'invalid-input', field: 'password' }),
      expect.objectContaining({ code: 'not-found', message: expect.stringContaining('nowhere') }),
      expect.objectContaining({ message: expect.stringMatching(/no-such-host\.invalid/) }),
      expect.objectContaining({ code: 'invalid-input', field: 'sslmode' }),
    ]);
    for (const { message, stack } of refusals) {
      expect(`${message} ${stack}`).not.toContain('hunter2');
      expect(`${message} ${stack}`).not.toContain(server.password);
    }
    const closed = await refusal('postgresql://u:hunter2@127.0.0.1:1/d');
    expect(isTransient(closed)).toBe(true);
  });

  it('tells of a connection that broke while idle by the next query, as transient', async () => {
    const client = await openClient(server.url(), { name: 'idle' });
    await using(
      server.url(),
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'causeway idle'",
    );
    await sleep(50);
    const error: unknown = await client.query('SELECT 1').catch((failure: unknown) => failure);
    expect(isTransient(error)).toBe(true);
    await client.end();
  });

  it('goes by sslmode, as libpq does', async () => {
    expect(await isEncrypted('sslmode=prefer')).toBe(false);
    await offerTls();
    expect(await isEncrypted('sslmode=disable')).toBe(false);
    expect(await isEncrypted('sslmode=allow')).toBe(false);
    expect(await isEncrypted('')).toBe(true);
    expect(await isEncrypted('sslmode=require')).toBe(true);
    const root = `sslrootcert=${encodeURIComponent(authority)}`;
    expect(await isEncrypted(`sslmode=verify-ca&${root}`)).toBe(true);
    expect(await isEncrypted(`sslmode=verify-full&${root}`)).toBe(true);

    const other = server.url().replace('127.0.0.1', '127.0.0.2');
    const untrusted = join(folder, 'untrusted.pem');
    writeFileSync(untrusted, selfSignedCertificate().cert);
    const refused = [
      await refusal(`${server.url()}?sslmode=verify-full`),
      await refusal(`${server.url()}?sslmode=verify-ca&sslrootcert=${encodeURIComponent(untrusted)}`),
      await refusal(`${server.url()}?sslmode=require&sslrootcert=${encodeURIComponent(untrusted)}`),
      await refusal(`${server.url()}?sslmode=verify-full&sslrootcert=/nowhere.pem`),
      await refusal(`${other}?sslmode=verify-full&${root}`),
    ];
    const fields = refused.map((error) => ('field' in error ? error.field : error.message));
    expect(fields).toEqual(['sslrootcert', 'sslrootcert', 'sslrootcert', 'sslrootcert', 'host']);
    // The chain is good, only the name isn't, and that isn't asked.
    expect(await isEncrypted(`sslmode=verify-ca&${root}`, '127.0.0.2')).toBe(true);
  });

  async function offerTls(): Promise<void> {
    const files = {
      ssl_cert_file: join(folder, 'data', 'own.crt'),
      ssl_key_file: join(folder, 'data', 'own.key'),
    };
    writeFileSync(authority, cert);
    writeFileSync(files.ssl_cert_file, cert);
    writeFileSync(files.ssl_key_file, key);
    chmodSync(files.ssl_key_file, 0o600);
    if (process.getuid?.() === 0) for (const file of Object.values(files)) chownSync(file, NOBODY, NOBODY);
    for (const [name, file] of Object.entries(files))
      await using(server.url(), `ALTER SYSTEM SET ${name} = ${quoteLiteral(file)}`);
    await using(server.url(), 'ALTER SYSTEM SET ssl = on');
    await using(server.url(), 'SELECT pg_reload_conf()');
    for (let tries = 0; tries < 100 && !(await isEncrypted('sslmode=prefer')); tries += 1) await sleep(50);
  }
});
