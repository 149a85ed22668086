import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { binariesOf } from '../../../clients/demo/postgres/start-postgres';
import { armSwitch } from '../../../shared/movers/postgres/replication/arm-switch';
import { replicationStatus } from '../../../shared/movers/postgres/replication/replication-status';
import { stopReplication } from '../../../shared/movers/postgres/replication/stop-replication';
import { switchOver } from '../../../shared/movers/postgres/replication/switch-over';
import { startPair, type ServerPair } from '../../support/postgres/database-pair';
import { dieAt, type DyingPoint } from '../../support/postgres/dying-worker';
import { SEALED } from '../../support/postgres/killed-server';
import { armedLedger, sameOnBoth } from '../../support/postgres/replicated-ledger';

const here = binariesOf(15) && binariesOf(18) ? describe : describe.skip;
const HOUR_MS = 3_600_000;
const JUMPS = [
  ['forward', HOUR_MS],
  ['back', -HOUR_MS],
] as const;
/** The gate's commit: the other side is open, and nobody was told. */
const OPENED: DyingPoint = {
  at: (sql) => sql.endsWith('COMMIT') && sql.length > 'COMMIT'.length,
  when: 'after',
};

/** The worker's wall clock from now on; what counts from an origin of its own goes on as it did. */
const jump = (ms: number) => {
  const { now } = Date;
  jest.spyOn(Date, 'now').mockImplementation(() => now.call(Date) + ms);
};

here('R112 R146 measures of a switch by a worker whose clock jumps, PostgreSQL 15 to 18', () => {
  let pair: ServerPair;
  beforeAll(async () => {
    pair = await startPair(15, 18);
  });
  afterEach(() => void jest.restoreAllMocks());
  afterAll(() => pair?.stop());

  it.each(JUMPS)('between arming and switching, an hour %s', async (_, ms) => {
    const databases = await armedLedger(pair);
    jump(ms);
    const opened = await switchOver(databases.context, 'forward', {
      epoch: 1,
      openRoute: async () => jump(ms),
    });
    expect(opened.kind === 'switched' && sane(opened.windowMs) && sane(opened.routedMs)).toBe(true);
    const { lagMs } = await replicationStatus(databases.context);
    expect(sane(lagMs ?? 0)).toBe(true);
    expect(await armSwitch(databases.context, 'back')).toEqual({ kind: 'done' });
    expect(
      await switchOver(databases.context, 'back', { epoch: 2, openRoute: async () => undefined }),
    ).toMatchObject({
      kind: 'switched',
    });
    await sameOnBoth(databases);
    await stopReplication(databases.context);
  });

  describe.each([
    ['sealed', SEALED],
    ['opened', OPENED],
  ] as const)('where its predecessor died once it was %s', (_, point) => {
    it.each(JUMPS)('an hour %s', async (_direction, ms) => {
      const databases = await armedLedger(pair);
      const call = () =>
        switchOver(databases.context, 'forward', { epoch: 1, openRoute: async () => undefined });
      expect((await dieAt(point, call)).died).toBe(true);
      jump(ms);
      const outcome = await call();
      expect(outcome.kind === 'switched' && sane(outcome.windowMs) && sane(outcome.routedMs)).toBe(true);
      await sameOnBoth(databases, 'target');
      await stopReplication(databases.context);
    });
  });
});

/** Neither negative nor anything like the jump: generous, since the machine may be slow. */
const sane = (ms: number): boolean => ms >= 0 && ms < HOUR_MS / 4;
