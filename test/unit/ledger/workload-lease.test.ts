import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { endCutover as endCutoverActivity } from '../../../functions/activities/stages';
import { wakeFor } from '../../../functions/messages/wake';
import type { Services } from '../../../functions/services';
import { createCutover } from '../../../shared/ledger/cutovers';
import { cutoverType, workloadLeaseType } from '../../../shared/ledger/documents';
import { kickOffDueWaves } from '../../../shared/ledger/kick-off';
import { endCutover } from '../../../shared/ledger/stages';
import { stopWave } from '../../../shared/ledger/stop-wave';
import { startWave } from '../../../shared/ledger/wave-actions';
import { advanceWave, endWave } from '../../../shared/ledger/wave-run';
import { changeWave, readWave } from '../../../shared/ledger/waves';
import { takeLease } from '../../../shared/ledger/workload-lease';
import { FakeInstances } from '../../support/fake-instances';
import { lead, LedgerUnderTest } from '../../support/ledger-under-test';
import { minutes, sampleWave, sampleWorkload } from '../../support/sample-plan';

const other = sampleWave({ id: 'second', workloadIds: ['shop'] });

describe('a workload is in one cutover at a time', () => {
  let under: LedgerUnderTest;
  beforeEach(async () => {
    under = new LedgerUnderTest();
    await under.putWave();
    await under.putWave(other);
  });
  afterEach(() => under.close());

  const start = (id: string) => startWave(under.ledger, lead, id, 'go');
  /** Both were looked at before either ran. */
  const startBoth = () => Promise.all([start('first'), start('second')]);
  const end = (cutoverId: string) =>
    endCutoverActivity({ ledger: under.ledger } as Services, { cutoverId, status: 'rolled-back' });
  const running = async () => {
    const page = await under.store.find(cutoverType, 'active', { equals: 'yes' });
    return page.items.map(({ id }) => id);
  };
  const lease = () => under.all(workloadLeaseType, 'workload:shop');

  it('of two waves that run at once, in two processes, one creates its cutover; the other waits and says for whom', async () => {
    for (let round = 0; round < 5; round += 1) {
      const own = new LedgerUnderTest();
      try {
        await own.putWave();
        await own.putWave(other);
        const process = own.otherProcess();
        await Promise.all([
          startWave(own.ledger, lead, 'first', 'go'),
          startWave(process, lead, 'second', 'go'),
        ]);
        await Promise.all([advanceWave(own.ledger, 'first'), advanceWave(process, 'second')]);
        const page = await own.store.find(cutoverType, 'active', { equals: 'yes' });
        expect(page.items).toHaveLength(1);
        const loser = page.items[0]?.body.waveId === 'first' ? 'second' : 'first';
        expect((await advanceWave(own.ledger, loser)).settled).toBe(false);
        expect((await own.wave(loser)).obstacle).toContain(`cutover ${page.items[0]?.id}`);
      } finally {
        own.close();
      }
    }
  });

  it('the one that waited begins when the other cutover has ended, and is woken for it', async () => {
    await startBoth();
    await advanceWave(under.ledger, 'first');
    await advanceWave(under.ledger, 'second');
    expect(await running()).toEqual(['first--shop']);
    await end('first--shop');
    expect(await lease()).toEqual([]);
    const instances = new FakeInstances();
    const ended = (await under.events('cutover:first--shop')).at(-1)!;
    await wakeFor({ ledger: under.ledger }, instances, ended);
    expect(instances.calls).toEqual(['wake wave:first', 'wake wave:second']);
    expect((await advanceWave(under.ledger, 'second')).start).toEqual(['second--shop']);
    expect((await under.wave('second')).obstacle).toBeNull();
    const kinds = (await under.log('wave:second')).map(({ kind }) => kind);
    expect(kinds.slice(-2)).toEqual(['wave.waiting', 'wave.cutovers-started']);
  });

  it('a lease that was not given back, because the process died, does not outlive its cutover', async () => {
    await startBoth();
    await advanceWave(under.ledger, 'first');
    await endCutover(under.ledger, 'first--shop', 'rolled-back');
    expect(await lease()).toMatchObject([{ cutoverId: 'first--shop' }]);
    expect((await advanceWave(under.ledger, 'second')).start).toEqual(['second--shop']);
    await end('first--shop');
    expect(await lease()).toMatchObject([{ cutoverId: 'second--shop' }]);
  });

  it('a lease whose cutover was never created holds until its wave is over, and then that cutover can never be', async () => {
    await startBoth();
    await takeLease(under.ledger, 'first', 'shop');
    expect((await advanceWave(under.ledger, 'second')).start).toEqual([]);
    await endWave(under.ledger, 'first', {
      status: 'stopped',
      nextMayProceed: false,
      reason: 'no',
      by: 'Amir',
    });
    expect((await advanceWave(under.ledger, 'second')).start).toEqual(['second--shop']);
    const late = createCutover(under.ledger, await under.wave('first'), sampleWorkload());
    await expect(late).rejects.toMatchObject({ code: 'conflict' });
    expect(await running()).toEqual(['second--shop']);
  });

  it('a workload that waits takes no place from one that can start', async () => {
    const mixed = sampleWave({ id: 'third', workloadIds: ['shop', 'blog'], maxConcurrentCutovers: 1 });
    await under.putWave(mixed);
    await Promise.all([start('first'), start('third')]);
    await advanceWave(under.ledger, 'first');
    expect((await advanceWave(under.ledger, 'third')).start).toEqual(['third--blog']);
  });

  it('is refused early where it can be seen: at planning, changing, starting, and by the schedule', async () => {
    await start('first');
    const conflict = (naming: string) => ({ code: 'conflict', message: expect.stringContaining(naming) });
    await expect(start('second')).rejects.toMatchObject(conflict('wave first'));
    await advanceWave(under.ledger, 'first');
    await expect(start('second')).rejects.toMatchObject(conflict('wave first'));
    await expect(under.putWave(sampleWave({ id: 'third' }))).rejects.toMatchObject(conflict('wave first'));
    const { version } = await readWave(under.ledger, 'second');
    const due = { ...other, scheduledStart: minutes(5) };
    await expect(changeWave(under.ledger, lead, 'second', due, version)).rejects.toMatchObject(
      conflict('wave first'),
    );
    await end('first--shop');
    await changeWave(under.ledger, lead, 'second', due, version);
    await start('second');
  });

  it('R39 the schedule holds a wave whose workload is under way elsewhere, and starts the others', async () => {
    await under.putWave(sampleWave({ id: 'due', scheduledStart: minutes(5) }));
    await under.putWave(sampleWave({ id: 'free', workloadIds: ['blog'], scheduledStart: minutes(5) }));
    await start('first');
    under.now = Date.parse(minutes(6));
    expect(await kickOffDueWaves(under.ledger)).toEqual({ started: ['free'], held: ['due'] });
    expect((await under.wave('due')).holdReason).toContain('wave first');
  });

  it('a wave that was stopped before it came to a workload is in nobody’s way', async () => {
    await start('first');
    await stopWave(under.ledger, lead, 'first', 'put off');
    await start('second');
    expect((await advanceWave(under.ledger, 'second')).start).toEqual(['second--shop']);
  });
});
