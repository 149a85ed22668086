import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startCauseway, type Causeway, type Decide } from '../support/causeway';
import type { TestWorkload } from '../support/test-workload';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The clock runs for everybody on the host, so each scenario plans from the instant it begins at. */
describe('time that passes', () => {
  let causeway: Causeway;
  beforeAll(async () => {
    causeway = await startCauseway({ clock: true });
  });
  afterAll(() => causeway?.stop());

  const make = (
    id: string,
    plan: Parameters<Causeway['makeWorkload']>[0]['plan'] = {},
  ): Promise<TestWorkload> => causeway.makeWorkload({ id, files: 3, plan });

  const leaving =
    (name: string): Decide =>
    (gate) =>
      gate.gate === name ? 'leave' : undefined;

  const untilWaiting = (id: string, pattern: RegExp) =>
    causeway.drive(id, ({ waitingFor }) => pattern.test(waitingFor ?? ''));

  const kindsOf = async (id: string) => (await causeway.log('cutovers', id)).map(({ kind }) => kind);

  const loggedAfter = (ms: number, id: string, kind: string) =>
    causeway.afterPassing(ms, `${kind} in the log of ${id}`, async () =>
      (await kindsOf(id)).includes(kind) ? true : null,
    );

  const endedAfter = (ms: number, id: string) =>
    causeway.afterPassing(ms, `the end of ${id}`, async () => {
      const cutover = await causeway.cutover(id);
      return cutover.endedAt === null ? null : cutover;
    });

  it('R84 an unanswered gate reminds, tells others, expires, and an unanswered failure turns back', async () => {
    const workload = await make('silent');
    await causeway.beginWave('silence', [workload], {
      gateTiming: { remindEveryMs: 10 * MINUTE_MS, escalateAfterMs: 30 * MINUTE_MS, expireAfterMs: HOUR_MS },
    });
    const id = causeway.cutoverIdOf('silence', workload);
    const gate = await causeway.openGate(`cutover:${id}`, 'statement');
    await loggedAfter(11 * MINUTE_MS, id, 'gate.reminded');
    expect(await kindsOf(id)).not.toContain('gate.escalated');
    await loggedAfter(20 * MINUTE_MS, id, 'gate.escalated');
    expect(await kindsOf(id)).not.toContain('gate.expired');
    await loggedAfter(30 * MINUTE_MS, id, 'gate.expired');
    const failed = await causeway.openGate(`cutover:${id}`, 'stage-failed');
    expect(failed).toMatchObject({
      stage: gate.stage,
      question: expect.stringContaining('nobody answered in time'),
    });
    expect(
      await causeway.send(causeway.people.operator, 'POST', `gates/${gate.id}/answers`, {
        choice: 'confirm',
        reason: 'Too late',
        evidence: 'None',
      }),
    ).toMatchObject({ status: 409, body: { code: 'gate-closed' } });
    const cutover = await endedAfter(HOUR_MS + MINUTE_MS, id);
    expect(cutover).toMatchObject({ status: 'cancelled', turningBack: { by: 'causeway' } });
  });

  it('R40 R44 waits until a blackout is over, and then goes on by itself', async () => {
    const workload = await make('patient');
    await causeway.beginWave('dark', [workload], {
      blackouts: [
        { start: causeway.at(-HOUR_MS), end: causeway.at(2 * HOUR_MS), reason: 'Month-end closing' },
      ],
    });
    const id = causeway.cutoverIdOf('dark', workload);
    const waiting = await untilWaiting(id, /Month-end closing/);
    expect(waiting.stage).toBe('initial-copy');
    await causeway.advanceClock(HOUR_MS);
    expect((await causeway.cutover(id)).stages.find(({ name }) => name === 'initial-copy')?.attempts).toBe(0);
    await causeway.afterPassing(HOUR_MS + MINUTE_MS, 'the copy to begin', async () =>
      (await causeway.cutover(id)).stage === 'initial-copy' &&
      (await causeway.cutover(id)).status === 'waiting'
        ? null
        : true,
    );
    expect((await causeway.drive(id)).status).toBe('completed');
    const refusals = (await causeway.log('cutovers', id)).filter(({ kind }) => kind === 'guard.refused');
    expect(refusals.map(({ facts }) => facts['code'])).toEqual(['blackout']);
  });

  it('R43 R61 does not begin the outage where the window no longer holds the way back', async () => {
    const workload = await make('tight', { rollbackEstimateMs: HOUR_MS });
    await causeway.beginWave('short', [workload], {
      window: { start: causeway.at(-MINUTE_MS), end: causeway.at(30 * MINUTE_MS) },
    });
    const id = causeway.cutoverIdOf('short', workload);
    const waiting = await untilWaiting(id, /a rollback takes 3600 s/);
    expect(waiting).toMatchObject({ stage: 'go-no-go', outage: { beganAt: null } });
    expect((await workload.about()).sides.source).toEqual({ serving: true, writable: true });
    await causeway.command(id, 'cancel');
    expect((await causeway.drive(id)).status).toBe('cancelled');
  });

  it('R61 R148 asks a person where the window runs out during the outage', async () => {
    const workload = await make('overrun', { rollbackEstimateMs: HOUR_MS });
    let advanced = false;
    workload.stepIn = async (touch) => {
      if (advanced || touch.kind !== 'hook' || touch.operation !== 'start' || touch.side !== 'target')
        return undefined;
      advanced = true;
      await causeway.advanceClock(2 * HOUR_MS);
      return undefined;
    };
    await causeway.beginWave('running-out', [workload], {
      window: { start: causeway.at(-MINUTE_MS), end: causeway.at(2.5 * HOUR_MS) },
    });
    const id = causeway.cutoverIdOf('running-out', workload);
    const questions: string[] = [];
    const cutover = await causeway.drive(id, undefined, (gate) => {
      if (gate.gate !== 'stage-failed') return undefined;
      questions.push(`${gate.stage}: ${gate.question}`);
      return 'cancel';
    });
    expect(questions).toEqual([expect.stringMatching(/a rollback takes 3600 s/)]);
    expect(cutover.status).toBe('cancelled');
    expect(await workload.about()).toMatchObject({
      activeSide: 'source',
      sides: { source: { writable: true }, target: { writable: false } },
    });
  });

  it('R43 R67 stays paused for three weeks, at no cost, and goes on', async () => {
    const workload = await make('sleeper');
    await causeway.beginWave('long', [workload], {
      window: { start: causeway.at(-MINUTE_MS), end: causeway.at(60 * DAY_MS) },
      gateTiming: { remindEveryMs: 10 * DAY_MS, escalateAfterMs: 30 * DAY_MS, expireAfterMs: 50 * DAY_MS },
    });
    const id = causeway.cutoverIdOf('long', workload);
    await causeway.drive(id, ({ openGate }) => openGate?.includes('go-no-go') === true, leaving('go-no-go'));
    expect((await causeway.command(id, 'pause', 'Everybody is on holiday')).status).toBe(202);
    await causeway.until('the pause', async () => ((await causeway.cutover(id)).paused ? true : null));
    const before = await causeway.log('cutovers', id);
    await causeway.advanceClock(21 * DAY_MS);
    await causeway.restart();
    expect(await causeway.cutover(id)).toMatchObject({
      paused: true,
      status: 'waiting',
      waitingFor: 'paused',
    });
    expect(await causeway.log('cutovers', id)).toHaveLength(before.length);
    await causeway.command(id, 'resume', 'Everybody is back');
    const cutover = await causeway.drive(id);
    expect(cutover.status).toBe('completed');
    expect(Date.parse(cutover.endedAt ?? '') - Date.parse(cutover.createdAt)).toBeGreaterThan(21 * DAY_MS);
    for (const { path, sha256 } of workload.files)
      expect(await workload.read(path)).toEqual({ sha256, servedFrom: 'target' });
  });
});
