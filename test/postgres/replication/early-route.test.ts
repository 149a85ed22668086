import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { binariesOf } from '../../../clients/demo/postgres/start-postgres';
import { stopReplication } from '../../../shared/movers/postgres/replication/stop-replication';
import { switchOver } from '../../../shared/movers/postgres/replication/switch-over';
import { startPair, type ServerPair } from '../../support/postgres/database-pair';
import { DatabaseSteps } from '../../support/postgres/database-steps';
import { dieAt } from '../../support/postgres/dying-worker';
import { armedLedger, makeLedger, until } from '../../support/postgres/replicated-ledger';

const here = binariesOf(15) && binariesOf(17) ? describe : describe.skip;
const WRITE = 'INSERT INTO ledger (writer, entry) VALUES (7, 7)';
const WAITING = "SELECT FROM pg_locks WHERE NOT granted AND relation = 'ledger'::regclass";

type Query = (this: Client, ...args: unknown[]) => Promise<unknown>;
/** The statement that opens the other side. */
const isOpening = (sql: unknown): boolean =>
  typeof sql === 'string' && sql.includes('advance_sequences') && sql.endsWith('COMMIT');

here('R112 users who are sent to a side while it opens (needs PostgreSQL 15 and 17)', () => {
  let pair: ServerPair;
  beforeAll(async () => {
    pair = await startPair(15, 17);
  });
  afterAll(() => pair?.stop());

  it('wait for it, and are not refused', async () => {
    const databases = await armedLedger(pair);
    const prototype = Client.prototype as unknown as { query: Query };
    const { query } = prototype;
    const somebodyWaits = async () => (await databases.query('target', WAITING)).length > 0;
    prototype.query = function (...args) {
      const send = () => query.apply(this, args);
      return isOpening(args[0]) ? until(somebodyWaits).then(send) : send();
    };
    let early: Promise<unknown> = Promise.resolve();
    const openRoute = async () => {
      early = databases.query('target', WRITE);
    };
    const outcome = await switchOver(databases.context, 'forward', { epoch: 1, openRoute }).finally(() => {
      prototype.query = query;
    });
    await early;
    if (outcome.kind !== 'switched') throw new Error(JSON.stringify(outcome));
    expect(outcome.routeBeganMs).toBeLessThan(outcome.windowMs);
    expect(outcome.routedMs).toBe(outcome.windowMs);
    await stopReplication(databases.context);
  });

  it('R147 are sent back where it never opened and the other one is unsealed', async () => {
    const databases = await makeLedger(pair);
    const steps = await DatabaseSteps.start(databases, { kind: 'present' });
    await steps.done('preflightData', 'startReplication', 'catchUp', 'armSwitch');
    const { died } = await dieAt({ at: isOpening, when: 'before' }, () => steps.perform('switchOver'));
    expect([died, steps.activeSide]).toEqual([true, 'target']);
    for (const side of ['source', 'target'] as const)
      await expect(databases.query(side, WRITE)).rejects.toMatchObject({ code: '25006' });
    await steps.done('switchBack');
    expect(steps.activeSide).toBe('source');
    await databases.query('source', WRITE);
    await expect(databases.query('target', WRITE)).rejects.toMatchObject({ code: '25006' });
    await steps.done('disarmSwitch', 'stopReplication');
    steps.stop();
  });
});
