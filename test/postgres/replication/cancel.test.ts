import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { binariesOf } from '../../../clients/demo/postgres/start-postgres';
import { armSwitch, disarmSwitch } from '../../../shared/movers/postgres/replication/arm-switch';
import { startReplication } from '../../../shared/movers/postgres/replication/start-replication';
import { stopReplication } from '../../../shared/movers/postgres/replication/stop-replication';
import { switchOver } from '../../../shared/movers/postgres/replication/switch-over';
import { catalogueOf } from '../../support/postgres/catalogue';
import { startPair, type DatabasePair, type ServerPair } from '../../support/postgres/database-pair';
import { dieAt } from '../../support/postgres/dying-worker';
import { makeLedger, replicate, switchTo } from '../../support/postgres/replicated-ledger';

/** The older one where it is here: it knows no origins, and less of its copies. */
const SOURCE = binariesOf(14) === null ? 15 : 14;
const here = binariesOf(SOURCE) && binariesOf(16) ? describe : describe.skip;
const STRIDE = process.env['CAUSEWAY_EVERY_POINT'] === undefined ? 9 : 1;
const first = { epoch: 1, openRoute: () => Promise.resolve() };

here(`R107 a cancelled move leaves nothing behind in either database, PostgreSQL ${SOURCE} to 16`, () => {
  let pair: ServerPair;
  beforeAll(async () => {
    pair = await startPair(SOURCE, 16);
  });
  afterAll(() => pair?.stop());

  const both = async (databases: DatabasePair) => [
    await catalogueOf(databases, 'source'),
    await catalogueOf(databases, 'target'),
  ];

  it('whichever statement of the beginning the worker died at', async () => {
    const databases = await makeLedger(pair);
    const before = await both(databases);
    let points = 0;
    for (let index = 1, died = true; died; index += STRIDE) {
      const at = (_: string, statement: number) => statement === index;
      ({ died } = await dieAt({ at, when: 'after' }, () => startReplication(databases.context)));
      expect(await stopReplication(databases.context)).toEqual({ kind: 'stopped' });
      expect(await both(databases)).toEqual(before);
      points += 1;
    }
    expect(points).toBeGreaterThan(3);
  });

  it.each([
    ['replicating', async () => undefined],
    ['armed', async ({ context }) => armSwitch(context, 'forward')],
    [
      'disarmed',
      async ({ context }) => (await armSwitch(context, 'forward'), disarmSwitch(context, 'forward')),
    ],
    [
      'in the window before the seal',
      async ({ context }) => {
        await armSwitch(context, 'forward');
        const at = (sql: string) => sql.includes('SHARE ROW EXCLUSIVE');
        return dieAt({ at, when: 'after' }, () => switchOver(context, 'forward', first));
      },
    ],
    ['after a cutover', (databases) => switchTo(databases, 1)],
    ['after a failback', async (databases) => (await switchTo(databases, 1), switchTo(databases, 2))],
  ] as [string, (databases: DatabasePair) => Promise<unknown>][])('%s', async (_, go) => {
    const databases = await makeLedger(pair);
    const before = await both(databases);
    await replicate(databases);
    await go(databases);
    expect(await stopReplication(databases.context)).toEqual({ kind: 'stopped' });
    expect(await both(databases)).toEqual(before);
    expect(await stopReplication(databases.context)).toEqual({ kind: 'stopped' });
    for (const side of ['source', 'target'] as const)
      await databases.query(side, 'INSERT INTO ledger (id, writer, entry) VALUES (1000, 1, 1)');
  });

  it('while one table of it is still being copied, and dying while it is cancelled', async () => {
    const databases = await makeLedger(pair);
    await databases.query(
      'source',
      'INSERT INTO ledger (writer, entry) SELECT 1, g FROM generate_series(1, 100000) g',
    );
    const before = await both(databases);
    expect((await startReplication(databases.context)).kind).toBe('started');
    for (let index = 6, died = true; died; index += 2 * STRIDE) {
      const at = (_: string, statement: number) => statement === index;
      ({ died } = await dieAt({ at, when: 'after' }, () => stopReplication(databases.context)));
    }
    expect(await both(databases)).toEqual(before);
  });
});
