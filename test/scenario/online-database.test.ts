import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CutoverView } from '../../shared/contracts/api';
import type { DataReport } from '../../shared/contracts/replication';
import { readLedger } from '../../clients/demo/postgres/prove-orders';
import { runCli } from '../../clients/cli/run-cli';
import { Processes } from '../../clients/demo/processes';
import { binariesOf } from '../../clients/demo/postgres/start-postgres';
import {
  connect,
  secretsOf,
  shopUrl,
  shopWorkload,
  startDatabases,
  startShop,
  type Databases,
  type RunningShop,
} from '../../clients/demo/postgres/start-shop';
import { startCauseway, type Causeway } from '../support/causeway';

const here = binariesOf(15) && binariesOf(17) ? describe : describe.skip;

/** What a migration could leave in a database: everything that is not the shop's own. */
const LEFT_BEHIND = `
SELECT 'schema ' || nspname AS left FROM pg_namespace WHERE nspname LIKE 'causeway%'
UNION ALL SELECT 'slot ' || slot_name FROM pg_replication_slots
UNION ALL SELECT 'publication ' || pubname FROM pg_publication
UNION ALL SELECT 'subscription ' || subname FROM pg_subscription
UNION ALL SELECT 'origin ' || roname FROM pg_replication_origin
UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'event trigger ' || evtname FROM pg_event_trigger
ORDER BY 1`;

/** Of an order that nobody touches any more, past the fence of the side that will serve: nothing sends it to the other one. */
const BY_HAND =
  "SET session_replication_role = replica; UPDATE orders SET note = 'put right by hand' WHERE id = 1";

const ask = async <T extends object>(url: string, sql: string): Promise<T[]> => {
  const client = await connect(url);
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
};

const leftBehind = async ({ source, target }: Databases): Promise<string[][]> =>
  Promise.all(
    [source, target].map(async (server) =>
      (await ask<{ left: string }>(shopUrl(server), LEFT_BEHIND)).map(({ left }) => left),
    ),
  );

const tablesOf = async (url: string): Promise<number> =>
  (await ask(url, "SELECT FROM pg_tables WHERE schemaname = 'public'")).length;

here('a database that moves online while customers order (needs PostgreSQL 15 and 17)', () => {
  const processes = new Processes();
  let causeway: Causeway;
  let shop: RunningShop;

  beforeAll(async () => {
    causeway = await startCauseway();
    const databases = await startDatabases(processes, join(causeway.folder, 'postgres'));
    const hookSecret = `whsec_${randomBytes(32).toString('base64')}`;
    const secrets = JSON.stringify(secretsOf(databases, hookSecret));
    writeFileSync(join(causeway.dataDir, 'secrets.json'), secrets, { mode: 0o600 });
    shop = await startShop(processes, databases, causeway.folder, hookSecret);
    const plan = { ...shopWorkload(shop.url), observationMs: 0, stabilisationMs: 3_000 };
    await causeway.api.createWorkload(causeway.people.lead, plan);
  });
  afterAll(async () => {
    await processes.stopAll();
    await causeway?.stop();
  });

  /** What the command line prints for the approver; it must do what is asked. */
  const cli = async (...args: string[]): Promise<string> => {
    let printed = '';
    const say = (text: string) => void (printed += text);
    const environment = { CAUSEWAY_URL: causeway.url, CAUSEWAY_TOKEN: causeway.people.approver.token };
    if ((await runCli(args, environment, { out: say, error: say })) !== 0) throw new Error(printed);
    return printed;
  };

  const isHeld = ({ openGate }: CutoverView): boolean => openGate?.endsWith('.go-no-go.go-no-go.1') === true;

  it('R107 R109 is followed, checked and held, and cancelled before the seal leaves nothing behind', async () => {
    await causeway.beginWave('cancelled', ['shop']);
    const id = 'cancelled--shop';
    const held = await causeway.drive(id, isHeld);
    expect(held.stages.find(({ name }) => name === 'verify-live')?.evidence?.facts).toMatchObject({
      checkedTables: 2,
      differenceCount: 0,
    });
    await causeway.until('a forecast', async () => {
      const { databases } = await causeway.cutover(id);
      return databases.find(({ forecastWindowMs }) => forecastWindowMs !== null) ?? null;
    });
    const reports = (await causeway.send(causeway.people.viewer, 'GET', `cutovers/${id}/reports`)).body;
    const kinds = (reports['value'] as DataReport[]).map(({ id: name, ok }) => [name, ok]);
    expect(kinds).toEqual([
      ['live.orders', true],
      ['preflight.orders', true],
    ]);
    expect(await tablesOf(shopUrl(shop.target))).toBe(2);

    expect((await causeway.command(id, 'cancel')).status).toBe(202);
    const cancelled = await causeway.drive(id);
    expect([cancelled.status, cancelled.switches]).toEqual(['cancelled', undefined]);
    expect(await leftBehind(shop)).toEqual([[], []]);
    expect(await tablesOf(shopUrl(shop.target))).toBe(0);
  });

  it('R110 R111 R112 R126 R133 R139 switches with every acknowledged order and a measured outage, though the host is killed while it is held', async () => {
    await causeway.beginWave('moved', ['shop']);
    const id = 'moved--shop';
    await causeway.drive(id, isHeld);
    const path = `cutovers/${id}/assets/orders/limits`;
    const { headers } = await causeway.send(causeway.people.viewer, 'GET', path);
    const read = { 'if-match': headers.get('etag') ?? '' };
    const limits = { lockTimeoutMs: 700 };
    const changed = await causeway.send(causeway.people.operator, 'PUT', path, limits, read);
    expect(changed.body).toMatchObject(limits);
    await causeway.kill();
    await causeway.startHost();
    await ask(shopUrl(shop.target), BY_HAND);
    const printed: string[] = [];
    await causeway.drive(
      id,
      ({ arrivedAt }) => arrivedAt !== null,
      async ({ id: gate, stage }) => {
        if (stage !== 'verify-after') return undefined;
        printed.push(await cli('cutovers', 'report', id, 'after.orders'));
        printed.push(await cli('answer', gate, 'resend', '--reason', 'one order, put right by hand'));
        return 'leave';
      },
    );
    expect(printed[0]).toMatch(/public\.orders +changed +id=1 +note +wrapped as a gift; +put right by hand/);
    expect(await cli('cutovers', 'reports', id)).toMatch(/resent\.orders +\S+ +true +orders: of 1 rows/);
    await shop.stopWriting();
    const moved = await causeway.drive(id);

    expect(moved.status).toBe('completed');
    expect(moved.switches).toMatchObject([{ number: 1, to: 'target', assetId: 'orders' }]);
    const [made] = moved.switches ?? [];
    expect(made?.outageMs).toBeGreaterThanOrEqual(made?.writeBlockedMs ?? Infinity);
    expect(moved.outage).toEqual({ beganAt: made?.beganAt, endedAt: made?.endedAt });
    expect(await leftBehind(shop)).toEqual([[], []]);

    const ledger = await readLedger(shop.ledgerFile);
    const COUNT =
      'SELECT count(*)::integer AS count, count(DISTINCT (writer, number))::integer AS different FROM orders WHERE writer > 0';
    const [there] = await ask<{ count: number; different: number }>(shopUrl(shop.target), COUNT);
    expect(there).toEqual({ count: ledger.length, different: ledger.length });
    const rows = 'SELECT o::text AS row FROM orders o ORDER BY id';
    expect(await ask(shopUrl(shop.source), rows)).toEqual(await ask(shopUrl(shop.target), rows));
    const log = await causeway.log('cutovers', id);
    const [resent] = log.filter(({ kind }) => kind === 'rows.resent');
    expect(resent?.facts).toMatchObject({ resentRows: 1, epoch: 1, reason: 'one order, put right by hand' });
    expect(log.filter(({ kind }) => kind === 'cutover.switched')).toHaveLength(1);
    expect(JSON.stringify([log, moved])).not.toContain(shop.source.password);
  });
});
