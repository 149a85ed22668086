import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { answerGate } from '../../../shared/ledger/gates';
import { endCutover } from '../../../shared/ledger/stages';
import { stopWave } from '../../../shared/ledger/stop-wave';
import { holdWave, releaseWave, startWave } from '../../../shared/ledger/wave-actions';
import { advanceWave, beginReview } from '../../../shared/ledger/wave-run';
import { approver, lead, LedgerUnderTest, operator } from '../../support/ledger-under-test';
import { sampleWave, sampleWorkload } from '../../support/sample-plan';
import { runWave } from '../../support/wave-world';

describe('stopping a wave', () => {
  let under: LedgerUnderTest;
  beforeEach(async () => {
    under = new LedgerUnderTest();
    await under.putWave(sampleWave({ workloadIds: ['shop', 'blog'], maxConcurrentCutovers: 1 }));
  });
  afterEach(() => under.close());

  const stop = () => stopWave(under.ledger, operator, 'first', 'the project is put off');
  const start = () => startWave(under.ledger, lead, 'first', 'go');
  const answer = (gate: string) => async () => {
    const { planHash } = await under.wave();
    const said = await answerGate(under.ledger, approver, gate, {
      choice: 'approve',
      reason: 'good',
      planHash,
    });
    expect(said.kind).toBe('answered');
  };
  const approve = answer('wave-first.wave-go-no-go.go-no-go.1');
  const review = answer('wave-first.wave-review.wave-review.1');

  it.each([
    ['planned', async () => {}],
    ['held', () => holdWave(under.ledger, lead, 'first', 'wait')],
  ])('one that is %s has ended at once, with who and why', async (_status, before) => {
    await before();
    expect(await stop()).toMatchObject({
      status: 'stopped',
      nextMayProceed: false,
      endedAt: expect.anything(),
    });
    expect((await under.log('wave:first')).at(-1)).toMatchObject({
      kind: 'wave.ended',
      actor: 'Otto',
      summary: expect.stringContaining('the project is put off'),
    });
    expect((await under.events('wave:first')).at(-1)?.type).toBe('wave.ended');
    await expect(stop()).resolves.toMatchObject({ status: 'stopped' });
    await expect(start()).rejects.toMatchObject({ code: 'conflict' });
  });

  it('one that runs starts nothing more, comes to its review when its cutovers are at rest, and ends as stopped', async () => {
    await start();
    await runWave(
      under,
      'first',
      approve,
      stop,
      () => endCutover(under.ledger, 'first--shop', 'completed'),
      review,
    );
    expect(await under.wave()).toMatchObject({
      status: 'stopped',
      nextMayProceed: true,
      cutovers: { shop: 'first--shop' },
    });
    const kinds = (await under.log('wave:first')).map(({ kind }) => kind);
    expect(kinds.slice(-4)).toEqual(['wave.review', 'gate.requested', 'gate.decided', 'wave.ended']);
    expect((await under.log('wave:first')).find(({ kind }) => kind === 'wave.stopping')?.actor).toBe('Otto');
    expect((await under.events('wave:first')).filter(({ type }) => type === 'wave.changed')).toHaveLength(1);
  });

  it('one that waits for its approval withdraws the question and ends', async () => {
    await start();
    await runWave(under, 'first', stop);
    expect(await under.wave()).toMatchObject({ status: 'stopped', openGate: null, cutovers: {} });
    expect((await under.log('wave:first')).at(-1)).toMatchObject({
      kind: 'wave.ended',
      actor: 'Otto',
      summary: expect.stringContaining('the project is put off'),
    });
  });

  it('one whose orchestration has not begun asks nobody', async () => {
    await start();
    await stop();
    await runWave(under, 'first');
    expect(await under.wave()).toMatchObject({ status: 'stopped', openGate: null });
    expect((await under.log('wave:first')).map(({ kind }) => kind)).not.toContain('gate.requested');
  });

  it('is said once: a second time changes nothing', async () => {
    await start();
    await stop();
    const before = await under.snapshot('wave:first');
    await stop();
    expect(await under.snapshot('wave:first')).toBe(before);
  });

  it('is refused under review, where there is nothing left to stop', async () => {
    await start();
    await beginReview(under.ledger, 'first', 'all at rest');
    await expect(stop()).rejects.toMatchObject({ code: 'conflict' });
  });

  describe('R63 a plan that drifted while it ran', () => {
    const drift = (rollbackPlan: string) => under.putWorkload(sampleWorkload({ id: 'blog', rollbackPlan }));
    const ends = () => endCutover(under.ledger, 'first--shop', 'cancelled');
    beforeEach(start);

    it('can be put right by taking the edit back and releasing', async () => {
      const before = sampleWorkload().rollbackPlan;
      const put = async () => {
        await drift(before);
        await releaseWave(under.ledger, lead, 'first', 'taken back');
      };
      const drifts = async () => {
        await drift('another');
        await ends();
      };
      await runWave(
        under,
        'first',
        approve,
        drifts,
        put,
        () => endCutover(under.ledger, 'first--blog', 'completed'),
        review,
      );
      expect(await under.wave()).toMatchObject({ status: 'completed', cutovers: { blog: 'first--blog' } });
    });

    it('can be stopped', async () => {
      const drifts = async () => {
        await drift('another');
        await ends();
      };
      await runWave(under, 'first', approve, drifts, stop, review);
      expect(await under.wave()).toMatchObject({ status: 'stopped', cutovers: { shop: 'first--shop' } });
      expect((await advanceWave(under.ledger, 'first')).start).toEqual([]);
    });
  });
});
