import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { startCauseway, type Answer, type Causeway } from '../support/causeway';
import type { TestWorkload } from '../support/test-workload';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SECRET = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;

describe('a wave with a date or a change ticket', () => {
  let causeway: Causeway;
  beforeAll(async () => {
    causeway = await startCauseway({ clock: true });
    causeway.secrets['change-request-webhook'] = SECRET;
  });
  afterAll(() => causeway?.stop());

  const make = (id: string): Promise<TestWorkload> => causeway.makeWorkload({ id, files: 3 });

  const untilStatus = (id: string, status: string) =>
    causeway.until(`wave ${id} being ${status}`, async () => {
      const wave = await causeway.wave(id);
      return wave.status === status ? wave : null;
    });

  const startsOf = async (id: string) =>
    (await causeway.log('waves', id)).filter(({ kind }) => kind === 'wave.started');

  let messages = 0;
  const tell = (event: object, id = `msg-${(messages += 1)}`): Promise<Answer> => {
    const body = JSON.stringify(event);
    const at = new Date(causeway.nowMs());
    return causeway.send(null, 'POST', 'hooks/change-requests', body, {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(SECRET).sign(id, at, body),
    });
  };

  it('R39 R43 starts at its instant, not before, and once', async () => {
    await causeway.makeWave('punctual', [await make('punctual-app')], {
      scheduledStart: causeway.at(HOUR_MS),
    });
    await causeway.advanceClock(HOUR_MS - 2 * MINUTE_MS);
    expect((await causeway.wave('punctual')).status).toBe('planned');
    await causeway.advanceClock(4 * MINUTE_MS);
    await untilStatus('punctual', 'running');
    await causeway.advanceClock(5 * MINUTE_MS);
    expect(await startsOf('punctual')).toHaveLength(1);
  });

  it('R39 starts what became due while the process was down, once', async () => {
    await causeway.makeWave('overslept', [await make('overslept-app')], {
      scheduledStart: causeway.at(HOUR_MS),
    });
    await causeway.kill();
    await causeway.advanceClock(3 * HOUR_MS);
    await causeway.startHost();
    await untilStatus('overslept', 'running');
    await causeway.restart();
    await causeway.advanceClock(5 * MINUTE_MS);
    expect(await startsOf('overslept')).toHaveLength(1);
  });

  it.each([
    [
      'R43 its window has passed meanwhile',
      'window',
      /the window closed/,
      () => ({ window: { start: causeway.at(-MINUTE_MS), end: causeway.at(90 * MINUTE_MS) } }),
    ],
    [
      'R40 R44 a blackout is in force',
      'blackout',
      /Board meeting/,
      () => ({
        blackouts: [{ start: causeway.at(0), end: causeway.at(9 * HOUR_MS), reason: 'Board meeting' }],
      }),
    ],
    ['R63 its change is not approved', 'ticket', /not approved/, () => ({ changeTicket: 'CHG-KICK' })],
    [
      'R68 the wave before was not let through',
      'after',
      /not been let through/,
      () => ({ afterWave: 'punctual' }),
    ],
  ])('is held where %s', async (_, id, reason, plan) => {
    await causeway.makeWave(`held-${id}`, [await make(`held-${id}-app`)], {
      scheduledStart: causeway.at(HOUR_MS),
      ...plan(),
    });
    await causeway.kill();
    await causeway.advanceClock(2 * HOUR_MS);
    await causeway.startHost();
    const wave = await untilStatus(`held-${id}`, 'held');
    expect(wave.holdReason).toMatch(reason);
    expect(await startsOf(`held-${id}`)).toEqual([]);
  });

  it('R46 R63 waits before the freeze until the change tool approves; a second delivery changes nothing', async () => {
    const workload = await make('ticketed');
    await causeway.beginWave('ticket', [workload], { changeTicket: 'CHG-1' });
    const id = causeway.cutoverIdOf('ticket', workload);
    await causeway.drive(id, ({ waitingFor }) => /change CHG-1 is pending/.test(waitingFor ?? ''));
    expect((await workload.about()).frozen).toBe(false);
    const event = { type: 'change.approved', ticket: 'CHG-1', by: 'Cora' };
    expect(await tell(event, 'msg-twice')).toMatchObject({ status: 200, body: { waves: ['ticket'] } });
    expect(await tell(event, 'msg-twice')).toMatchObject({ status: 200 });
    const log = await causeway.log('waves', 'ticket');
    expect(log.filter(({ kind }) => kind === 'change.approved')).toHaveLength(1);
    expect((await causeway.drive(id)).status).toBe('completed');
  });

  it('R46 stops before the outage where the change is cancelled after the freeze', async () => {
    const workload = await make('withdrawn');
    await causeway.beginWave('withdrawal', [workload], { changeTicket: 'CHG-2' });
    const id = causeway.cutoverIdOf('withdrawal', workload);
    await tell({ type: 'change.approved', ticket: 'CHG-2', by: 'Cora' });
    await causeway.drive(
      id,
      ({ openGate }) => openGate?.includes('go-no-go') === true,
      (gate) => (gate.gate === 'go-no-go' ? 'leave' : undefined),
    );
    await tell({ type: 'change.cancelled', ticket: 'CHG-2', by: 'Cora', reason: 'Not this week' });
    expect((await causeway.wave('withdrawal')).holdReason).toContain('Not this week');
    const waiting = await causeway.drive(id, ({ waitingFor }) =>
      /CHG-2 was cancelled/.test(waitingFor ?? ''),
    );
    expect(waiting).toMatchObject({ stage: 'stop-source', outage: { beganAt: null } });
    expect((await workload.about()).sides.source.writable).toBe(true);
    await causeway.command(id, 'cancel');
    expect((await causeway.drive(id)).status).toBe('cancelled');
  });

  it('R42 R46 moves to the window the change tool names, asks for approval again, starts then', async () => {
    const workload = await make('moved');
    await causeway.makeWave('moving', [workload], { changeTicket: 'CHG-3' });
    const { planHash } = await causeway.wave('moving');
    const window = { start: causeway.at(2 * HOUR_MS), end: causeway.at(20 * HOUR_MS) };
    const scheduledStart = causeway.at(3 * HOUR_MS);
    const event = { type: 'change.rescheduled', ticket: 'CHG-3', by: 'Cora', window, scheduledStart };
    expect((await tell(event)).status).toBe(200);
    const moved = await causeway.wave('moving');
    expect(moved).toMatchObject({ window, scheduledStart, ticketState: 'pending' });
    expect(moved.planHash).not.toBe(planHash);
    await tell({ type: 'change.approved', ticket: 'CHG-3', by: 'Cora' });
    await causeway.advanceClock(3 * HOUR_MS + 2 * MINUTE_MS);
    await untilStatus('moving', 'running');
    await causeway.answer('wave:moving', 'go-no-go', 'approve');
    expect((await causeway.drive(causeway.cutoverIdOf('moving', workload))).status).toBe('completed');
  });

  it('R64 takes no word from a change tool without its signature', async () => {
    const body = { type: 'change.approved', ticket: 'CHG-1', by: 'Mallory' };
    expect(await causeway.send(null, 'POST', 'hooks/change-requests', body)).toMatchObject({ status: 401 });
  });
});
