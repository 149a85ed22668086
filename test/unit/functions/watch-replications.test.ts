import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Services } from '../../../functions/services';
import { watchReplications } from '../../../functions/timers/watch-replications';
import { online } from '../../../orchestrations/itineraries/online';
import { createCutover } from '../../../shared/ledger/cutovers';
import { keepReplication } from '../../../shared/ledger/standing-replications';
import { LedgerUnderTest } from '../../support/ledger-under-test';
import { sampleWorkload } from '../../support/sample-plan';

const PASSWORD = 'open-sesame';

describe('the watch over replications that stand', () => {
  let under: LedgerUnderTest;
  beforeEach(async () => {
    under = new LedgerUnderTest(online);
    await under.putWave();
  });
  afterEach(() => under.close());

  const stand = async (id: string): Promise<void> => {
    const orders = {
      ...{ id: 'orders', kind: 'postgres' as const },
      ...{ source: { connection: `${id}-old` }, target: { connection: `${id}-new` } },
    };
    const workload = sampleWorkload({ id, method: 'online', assets: [orders] });
    const cutoverId = await createCutover(under.ledger, await under.wave(), workload);
    await keepReplication(under.ledger, { cutoverId, workloadId: id, assetId: 'orders' });
  };
  const watch = (): Promise<string[]> =>
    watchReplications({
      ledger: under.ledger,
      secrets: { read: async (name: string) => `postgresql://${name}:${PASSWORD}@127.0.0.1:1/shop` },
    } as unknown as Services);

  it('R133 names side and secret of each database that it can not look at, and not its password', async () => {
    for (const id of ['books', 'shop']) await stand(id);
    const error: unknown = await watch().catch((thrown: unknown) => thrown);
    for (const id of ['books', 'shop'])
      expect(String(error)).toContain(
        `orders: the source (secret ${id}-old) can't be reached: connect ECONNREFUSED 127.0.0.1:1`,
      );
    expect(String(error)).not.toContain(PASSWORD);
  });
});
