import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ChangeRequestEvent } from '../../../shared/contracts/wave';
import { checkGuards } from '../../../shared/domain/guards';
import { applyChangeRequest } from '../../../shared/ledger/change-requests';
import { kickOffDueWaves } from '../../../shared/ledger/kick-off';
import { holdWave, releaseWave, startWave } from '../../../shared/ledger/wave-actions';
import { changeWave, readWave } from '../../../shared/ledger/waves';
import { LedgerUnderTest, lead, operator } from '../../support/ledger-under-test';
import { MINUTE_MS, minutes, sampleWave } from '../../support/sample-plan';

const ticket = { ticket: 'CHG1', by: 'CAB' };
const approved: ChangeRequestEvent = { type: 'change.approved', ...ticket };
const cancelled: ChangeRequestEvent = { type: 'change.cancelled', ...ticket, reason: 'storm' };
const movedTo = (from: number, to: number): ChangeRequestEvent => ({
  type: 'change.rescheduled',
  ...ticket,
  window: { start: minutes(from), end: minutes(to), timeZone: 'UTC' },
  scheduledStart: null,
});

describe('holds of a wave', () => {
  let under: LedgerUnderTest;
  let messages = 0;
  beforeEach(async () => {
    under = new LedgerUnderTest();
    await under.putWave(sampleWave({ changeTicket: 'CHG1' }));
  });
  afterEach(() => under.close());

  const tell = (event: ChangeRequestEvent, sentAt?: string) =>
    applyChangeRequest(under.ledger, event, `m${(messages += 1)}`, sentAt);
  const run = async () => {
    await tell(approved);
    await startWave(under.ledger, lead, 'first', 'go');
  };
  const mayGoOn = async () =>
    checkGuards(['waveReleased', 'changeTicket'], { now: minutes(1), wave: await under.wave() }) === null;

  it('R46 an approved change lifts what the change tool held, and no hold of a person', async () => {
    await run();
    await holdWave(under.ledger, operator, 'first', 'the database is being repaired');
    await tell(cancelled);
    await tell(approved);
    expect(await under.wave()).toMatchObject({
      ticketState: 'approved',
      holdReason: 'the database is being repaired',
      holds: [{ by: 'Otto', source: 'person' }],
    });
    expect(await mayGoOn()).toBe(false);
    await releaseWave(under.ledger, lead, 'first', 'repaired');
    expect(await mayGoOn()).toBe(true);
  });

  it('a person lifts the holds of persons and the schedule, and the log names them; that of the change tool stays', async () => {
    await holdWave(under.ledger, operator, 'first', 'mine');
    await holdWave(under.ledger, { name: 'schedule' }, 'first', 'too late', 'schedule');
    await tell(cancelled);
    expect(await releaseWave(under.ledger, lead, 'first', 'enough')).toMatchObject({
      status: 'held',
      holdReason: 'change CHG1 was cancelled: storm',
    });
    const summary = (await under.log('wave:first')).at(-1)?.summary ?? '';
    expect(summary).toContain('Otto: mine; schedule: too late');
    await expect(releaseWave(under.ledger, lead, 'first', 'again')).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('change CHG1 was cancelled'),
    });
    await tell(approved);
    expect(await under.wave()).toMatchObject({ status: 'planned', holds: [], holdReason: null });
  });

  it('R133 the hold of a second person is kept and logged, the same once more is not', async () => {
    await holdWave(under.ledger, operator, 'first', 'mine');
    await holdWave(under.ledger, lead, 'first', 'mine too');
    await holdWave(under.ledger, lead, 'first', 'mine too');
    expect(await under.wave()).toMatchObject({ status: 'held', holdReason: 'mine; mine too' });
    const held = (await under.log('wave:first')).filter(({ kind }) => kind === 'wave.held');
    expect(held.map(({ actor }) => actor)).toEqual(['Otto', 'Lena']);
  });

  it('R46 a change moved while its wave runs holds the wave; approving the new time does not let it run in the old', async () => {
    await run();
    await tell(movedTo(1_000, 1_600));
    expect(await under.wave()).toMatchObject({
      status: 'running',
      ticketState: 'pending',
      window: { end: minutes(600) },
      holdReason: expect.stringContaining(minutes(1_000)),
    });
    await tell(approved);
    expect(await mayGoOn()).toBe(false);
    await tell(movedTo(0, 600));
    expect(await mayGoOn()).toBe(false);
    await tell(approved);
    expect(await mayGoOn()).toBe(true);
  });

  it('R46 a change extended while its wave runs lets it go on once that is approved', async () => {
    await run();
    await tell(movedTo(0, 900));
    await tell(approved);
    expect(await mayGoOn()).toBe(true);
  });

  it('R46 an approval from before a cancellation that comes after it is logged and changes nothing', async () => {
    await run();
    under.now += 10 * MINUTE_MS;
    await tell(cancelled, minutes(9));
    expect(await tell(approved, minutes(8))).toEqual(['first']);
    expect(await under.wave()).toMatchObject({ ticketState: 'cancelled', ticketAt: minutes(9) });
    expect(await mayGoOn()).toBe(false);
    expect((await under.log('wave:first')).at(-1)).toMatchObject({ kind: 'change.outdated' });
    await tell(approved, minutes(10));
    expect(await mayGoOn()).toBe(true);
  });

  it('R46 what a tool says about when it decided counts before when it sent the message again', async () => {
    await run();
    under.now += 10 * MINUTE_MS;
    await tell({ ...cancelled, at: minutes(5) }, minutes(6));
    await tell({ ...approved, at: minutes(4) }, minutes(9));
    expect(await under.wave()).toMatchObject({ ticketState: 'cancelled' });
    await tell({ ...approved, at: minutes(5_000) }, minutes(9));
    expect(await under.wave()).toMatchObject({ ticketState: 'approved', ticketAt: minutes(9) });
  });

  it('another ticket takes the holds of the one before away, and no other', async () => {
    await tell(cancelled, minutes(0));
    await holdWave(under.ledger, operator, 'first', 'mine');
    const { version } = await readWave(under.ledger, 'first');
    await changeWave(under.ledger, lead, 'first', sampleWave({ changeTicket: 'CHG2' }), version);
    expect(await under.wave()).toMatchObject({ ticketState: 'pending', ticketAt: null, holdReason: 'mine' });
  });

  it('the longest reasons fit wherever they are quoted', async () => {
    const reason = 'r'.repeat(2_000);
    await holdWave(under.ledger, operator, 'first', reason);
    await tell({ type: 'change.cancelled', ticket: 'CHG1', by: 'b'.repeat(100), reason });
    expect((await under.wave()).holdReason).toHaveLength(900);
    await tell(approved);
    await releaseWave(under.ledger, lead, 'first', reason);
    expect(await under.wave()).toMatchObject({ status: 'planned', holdReason: null });
  });

  it('R39 what the schedule held waits for a person, not for the change tool', async () => {
    const late = { id: 'late', workloadIds: ['blog'], scheduledStart: minutes(5), changeTicket: 'CHG1' };
    await under.putWave(sampleWave(late));
    under.now += 6 * MINUTE_MS;
    await kickOffDueWaves(under.ledger);
    await tell(approved);
    expect(await under.wave('late')).toMatchObject({ status: 'held', holds: [{ source: 'schedule' }] });
    await releaseWave(under.ledger, lead, 'late', 'now it may');
    expect(await kickOffDueWaves(under.ledger)).toEqual({ started: ['late'], held: [] });
  });
});
