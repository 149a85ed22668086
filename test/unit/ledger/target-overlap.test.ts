import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { endCutover } from '../../../shared/ledger/stages';
import { startWave } from '../../../shared/ledger/wave-actions';
import { advanceWave } from '../../../shared/ledger/wave-run';
import { changeWave, readWave } from '../../../shared/ledger/waves';
import { saveWorkload } from '../../../shared/ledger/workloads';
import { lead, LedgerUnderTest } from '../../support/ledger-under-test';
import { sampleWave, sampleWorkload } from '../../support/sample-plan';

const inShop = (prefix: string) =>
  ({ id: 'files', kind: 'files', root: '/srv/blog', container: 'shop-files', prefix }) as const;

describe('one target has one owner', () => {
  let under: LedgerUnderTest;
  beforeEach(async () => {
    under = new LedgerUnderTest();
    await under.putWorkload();
    await under.putWorkload(sampleWorkload({ id: 'blog', assets: [inShop('blog/')] }));
  });
  afterEach(() => under.close());

  const conflict = {
    code: 'conflict',
    message: expect.stringMatching(/asset files of (shop|blog).*same target/),
  };
  const second = sampleWave({ id: 'second', workloadIds: ['blog'] });

  it('within a workload, told by the field', async () => {
    const { createdAt: _, updatedAt: __, ...input } = sampleWorkload({ id: 'wiki' });
    const assets = [...input.assets, { ...input.assets[0]!, id: 'more', prefix: 'more/' }];
    await expect(saveWorkload(under.ledger, lead, { ...input, assets }, null)).rejects.toMatchObject({
      code: 'invalid-input',
      field: 'assets[1].prefix',
    });
  });

  it('within a wave, when it is planned and when it is changed', async () => {
    const both = sampleWave({ workloadIds: ['shop', 'blog'] });
    await expect(under.putWave(both)).rejects.toMatchObject(conflict);
    await under.putWave();
    const { version } = await readWave(under.ledger, 'first');
    await expect(changeWave(under.ledger, lead, 'first', both, version)).rejects.toMatchObject(conflict);
  });

  it('across waves while a cutover writes to it', async () => {
    await under.putWave();
    await startWave(under.ledger, lead, 'first', 'go');
    await expect(under.putWave(second)).rejects.toMatchObject(conflict);
    await advanceWave(under.ledger, 'first');
    await expect(under.putWave(second)).rejects.toMatchObject(conflict);
    await endCutover(under.ledger, 'first--shop', 'rolled-back');
    await under.putWave(second);
  });

  it('across waves planned before either ran: the second does not start, and one that slipped through waits', async () => {
    await under.putWave();
    await under.putWave(second);
    const start = (id: string) => startWave(under.ledger, lead, id, 'go');
    await Promise.all([start('first'), start('second')]);
    await advanceWave(under.ledger, 'first');
    expect(await advanceWave(under.ledger, 'second')).toMatchObject({ start: [], settled: false });
    expect((await under.wave('second')).obstacle).toContain('cutover first--shop');
    await endCutover(under.ledger, 'first--shop', 'rolled-back');
    expect((await advanceWave(under.ledger, 'second')).start).toEqual(['second--blog']);
  });
});
