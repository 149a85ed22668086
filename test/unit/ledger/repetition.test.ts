import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { submitCommand, takeCommands } from '../../../shared/ledger/commands';
import { beginTurningBack, endCompensation } from '../../../shared/ledger/compensations';
import { createCutover } from '../../../shared/ledger/cutovers';
import { answerGate, openGate, tendGate, type GateSpec } from '../../../shared/ledger/gates';
import { planPass, recordPass } from '../../../shared/ledger/passes';
import { beginStage, endCutover, endStage, settleFailure } from '../../../shared/ledger/stages';
import { applyChangeRequest } from '../../../shared/ledger/change-requests';
import { kickOffDueWaves } from '../../../shared/ledger/kick-off';
import { holdWave, releaseWave, startWave } from '../../../shared/ledger/wave-actions';
import { advanceWave, beginReview, endWave, prepareWave } from '../../../shared/ledger/wave-run';
import { approver, LedgerUnderTest, lead, operator } from '../../support/ledger-under-test';
import { minutes, sampleWave, sampleWorkload, START } from '../../support/sample-plan';

const evidence = { source: 'http-hook', summary: 'done', facts: {} };
const summary = {
  pass: 1,
  items: 3,
  bytes: 30,
  copiedItems: 3,
  copiedBytes: 30,
  deletedItems: 0,
  failedItems: 0,
  unsupportedItems: 0,
  durationMs: 5,
};

describe('repeated, as at-least-once delivery repeats it,', () => {
  let under: LedgerUnderTest;
  let id: string;
  beforeEach(async () => {
    under = new LedgerUnderTest();
    await under.putWave(sampleWave({ changeTicket: 'CHG1', scheduledStart: minutes(5) }));
    id = await under.putCutoverOf('first');
  });
  afterEach(() => under.close());

  const gate = (subject: string): GateSpec => ({
    subject,
    gate: 'go-no-go',
    stage: 'go',
    attempt: 1,
    question: 'Go?',
    choices: ['approve', 'reject'],
    roles: ['approver'],
    quorum: 'all',
  });
  const begun = () => beginStage(under.ledger, id, 'freeze');
  const failed = async () => {
    await begun();
    await endStage(under.ledger, id, 'freeze', { kind: 'failed', code: 'broken', reason: 'no' });
  };
  const opened = () => openGate(under.ledger, gate(`cutover:${id}`));
  const planned = () => planPass(under.ledger, id, 'files', 'initial', 1);
  const started = () => startWave(under.ledger, lead, 'first', 'go');
  const none = async () => {};

  /** What goes before, and what is done again and again. */
  const repeated: [string, () => Promise<unknown>, () => Promise<unknown>][] = [
    ['createCutover', none, async () => createCutover(under.ledger, await under.wave(), sampleWorkload())],
    ['beginStage', none, begun],
    ['beginStage of a failed stage', failed, begun],
    [
      'beginStage of a stage whose guard says no',
      async () => void (under.now += 601 * 60_000),
      () => beginStage(under.ledger, id, 'stop'),
    ],
    ['endStage done', begun, () => endStage(under.ledger, id, 'freeze', { kind: 'done', evidence })],
    [
      'endStage failed',
      begun,
      () => endStage(under.ledger, id, 'freeze', { kind: 'failed', code: 'broken', reason: 'no' }),
    ],
    [
      'endStage of a stage that never began',
      none,
      () => endStage(under.ledger, id, 'freeze', { kind: 'done', evidence }),
    ],
    [
      'settleFailure retry',
      failed,
      () => settleFailure(under.ledger, id, 'freeze', 'retry', 'Otto', 'again'),
    ],
    [
      'settleFailure cancel',
      failed,
      () => settleFailure(under.ledger, id, 'freeze', 'cancel', 'Otto', 'stop'),
    ],
    [
      'takeCommands',
      () => submitCommand(under.ledger, operator, id, { kind: 'pause', reason: 'lunch' }),
      () => takeCommands(under.ledger, id),
    ],
    ['openGate', none, opened],
    ['tendGate', opened, () => tendGate(under.ledger, `cutover:${id}`, `cutover-${id}.go.go-no-go.1`)],
    [
      'tendGate when a reminder is due',
      async () => {
        await opened();
        under.now += 61 * 60_000;
      },
      () => tendGate(under.ledger, `cutover:${id}`, `cutover-${id}.go.go-no-go.1`),
    ],
    [
      'tendGate when it expires',
      async () => {
        await opened();
        under.now += 3_000 * 60_000;
      },
      () => tendGate(under.ledger, `cutover:${id}`, `cutover-${id}.go.go-no-go.1`),
    ],
    [
      'answerGate',
      opened,
      async () =>
        answerGate(under.ledger, approver, `cutover-${id}.go.go-no-go.1`, {
          choice: 'approve',
          reason: 'good',
          planHash: (await under.cutover(id)).planHash,
        }),
    ],
    ['planPass', none, planned],
    ['recordPass', planned, () => recordPass(under.ledger, id, 'files', summary)],
    [
      'planPass after the pass',
      async () => {
        await planned();
        await recordPass(under.ledger, id, 'files', summary);
      },
      planned,
    ],
    ['beginTurningBack', begun, () => beginTurningBack(under.ledger, id)],
    ['endCompensation', begun, () => endCompensation(under.ledger, id, 'freeze', evidence)],
    ['endCutover', none, () => endCutover(under.ledger, id, 'completed')],
    ['startWave', none, started],
    ['holdWave', none, () => holdWave(under.ledger, lead, 'first', 'wait')],
    [
      'releaseWave',
      () => holdWave(under.ledger, lead, 'first', 'wait'),
      () => releaseWave(under.ledger, lead, 'first', 'go'),
    ],
    [
      'applyChangeRequest approved',
      none,
      () => applyChangeRequest(under.ledger, { type: 'change.approved', ticket: 'CHG1', by: 'CAB' }, 'm1'),
    ],
    [
      'applyChangeRequest rescheduled',
      none,
      () =>
        applyChangeRequest(
          under.ledger,
          {
            type: 'change.rescheduled',
            ticket: 'CHG1',
            by: 'CAB',
            window: { start: minutes(10), end: minutes(700), timeZone: 'UTC' },
            scheduledStart: minutes(20),
          },
          'm1',
        ),
    ],
    ['prepareWave', started, () => prepareWave(under.ledger, 'first')],
    ['advanceWave', started, () => advanceWave(under.ledger, 'first')],
    ['beginReview', started, () => beginReview(under.ledger, 'first', 'done')],
    [
      'endWave',
      started,
      () =>
        endWave(under.ledger, 'first', {
          status: 'completed',
          nextMayProceed: true,
          reason: 'good',
          by: 'Amir',
        }),
    ],
  ];

  it.each(repeated)('%s has one effect and gives one answer', async (_name, before, action) => {
    await before();
    const first = await action();
    const cutover = await under.snapshot(`cutover:${id}`);
    const wave = await under.snapshot('wave:first');
    under.now += 1;
    const second = await action();
    expect(await under.snapshot(`cutover:${id}`)).toBe(cutover);
    expect(await under.snapshot('wave:first')).toBe(wave);
    if (!_name.startsWith('tendGate when a')) expect(second).toEqual(first);
    await under.log(`cutover:${id}`);
    await under.log('wave:first');
  });

  it('R39 kickOffDueWaves starts a due wave once, also when it was down at the instant and when it runs twice at once', async () => {
    const other = { id: 'second', workloadIds: ['blog'] };
    await under.putWave(sampleWave({ ...other, scheduledStart: minutes(7) }));
    await applyChangeRequest(under.ledger, { type: 'change.approved', ticket: 'CHG1', by: 'CAB' }, 'm1');
    expect(await kickOffDueWaves(under.ledger)).toEqual({ started: [], held: [] });
    under.now = Date.parse(minutes(300));
    await Promise.all([kickOffDueWaves(under.ledger), kickOffDueWaves(under.ledger)]);
    expect(await kickOffDueWaves(under.ledger)).toEqual({ started: [], held: [] });
    for (const wave of ['first', 'second']) {
      const starts = (await under.events(`wave:${wave}`)).filter(({ type }) => type === 'wave.started');
      expect(starts).toHaveLength(1);
      expect(await under.wave(wave)).toMatchObject({
        status: 'running',
        requestedBy: 'Lena',
        startedAt: minutes(300),
      });
    }
  });

  it.each([
    ['its change is not approved', { changeTicket: 'CHG2' }, /not approved/],
    [
      'a blackout is in force',
      { blackouts: [{ start: START, end: minutes(500), reason: 'month-end' }] },
      /month-end/,
    ],
    ['its window is over', { window: { start: START, end: minutes(100) } }, /window closed/],
    ['the wave before it was not let through', { afterWave: 'first' }, /first has not been let through/],
  ])('R39 R43 R44 R68 kickOffDueWaves holds a due wave once where %s', async (_why, change, reason) => {
    await under.putWave(
      sampleWave({ id: 'second', workloadIds: ['blog'], scheduledStart: minutes(7), ...change }),
    );
    await holdWave(under.ledger, lead, 'first', 'not now');
    under.now = Date.parse(minutes(300));
    expect(await kickOffDueWaves(under.ledger)).toEqual({ started: [], held: ['second'] });
    expect(await kickOffDueWaves(under.ledger)).toEqual({ started: [], held: [] });
    expect(await under.wave('second')).toMatchObject({
      status: 'held',
      holdReason: expect.stringMatching(reason),
    });
  });
});
