import { describe, expect, it } from '@jest/globals';
import { SqliteJournal } from '../../../../../shared/adapters/sqlite/sqlite-journal';
import { PostgresAsset } from '../../../../../shared/contracts/postgres';
import { heldLimits, notingLimits } from '../../../../../shared/movers/postgres/offline/held-limits';
import type { OfflineContext } from '../../../../../shared/movers/postgres/offline/offline-context';

const asset = PostgresAsset.parse({
  ...{ id: 'shop', kind: 'postgres' },
  source: { connection: 'source' },
  target: { connection: 'target' },
});

/** Its clock goes on by a second each time it is looked at. */
function contextWith(limits: () => OfflineContext['asset']['limits']): OfflineContext {
  let second = 0;
  const now = () => new Date(Date.UTC(2026, 0, 1, 0, 0, (second += 1)));
  return {
    ...{ asset, migrationId: 'wave--shop.shop', source: '', target: '' },
    journal: new SqliteJournal(':memory:'),
    clock: { now },
    claim: { epoch: 1, heartbeat: () => Promise.resolve(true), interrupted: () => Promise.resolve(false) },
    limits: () => Promise.resolve(limits()),
    progress: () => undefined,
  };
}

describe('notingLimits', () => {
  it('R131 writes down for a pass which limits held and since when, each change once', async () => {
    let limits = asset.limits;
    const context = contextWith(() => limits);
    const streams = [notingLimits(context, 1), notingLimits(context, 1)];
    const read = () => Promise.all(streams.map((stream) => stream.limits()));
    await read();
    await read();
    limits = { ...limits, bytesPerSecond: 2 ** 20 };
    await read();
    limits = { ...limits, copyWorkers: 4, lagLimitMs: 5 };
    expect(await read()).toEqual([limits, limits]);
    await notingLimits(context, 1).limits();
    expect(await heldLimits(context, 1)).toMatchObject([
      { copyWorkers: 2, bytesPerSecond: null },
      { copyWorkers: 2, bytesPerSecond: 2 ** 20 },
      { copyWorkers: 4, bytesPerSecond: 2 ** 20 },
    ]);
    const since = (await heldLimits(context, 1)).map((held) => held.since);
    expect(since).toEqual([...since].sort());
    expect(await heldLimits(context, 2)).toEqual([]);
  });
});
