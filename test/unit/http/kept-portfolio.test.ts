import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Got } from './api-under-test';
import { big, callBy, imported, learned, planned, type CallBy } from './planning-cases';
import { makeWorld, type World } from './world';

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.api.close());

const call = (...of: CallBy) => callBy(world, ...of);

describe('what people keep in a portfolio', () => {
  const till = { id: 'main', workload: 'till' };
  const items = async (query: Record<string, string>) =>
    (await world.api.call('listReadiness', { params: { id: 'main' }, query, headers: world.viewer })).json
      .value as Record<string, unknown>[];

  it('R7 a criticality is confirmed by its owner or a lead, and anew once it is another', async () => {
    await imported(world);
    const owner = await world.api.authorization('Olga Owner', 'owner');
    const stranger = await world.api.authorization('Otto Owner', 'owner');
    const confirm = (headers: Record<string, string>) =>
      world.api.call('confirmCriticality', { params: till, headers, body: { criticality: 'low' } });
    expect(await items({ workload: 'till', severity: 'block', state: 'open' })).toMatchObject([
      { key: 'criticality' },
    ]);
    expect((await confirm(stranger)).status).toBe(403);
    expect((await confirm(owner)).json.criticalityConfirmed.by).toBe('Olga Owner');
    expect(await items({ workload: 'till', severity: 'block', state: 'open' })).toEqual([]);
    const read = await call('getInventoryWorkload', 'lead', till);
    const headers = { ...world.lead, 'if-match': read.headers['etag'] ?? '' };
    const body = { ...read.json, criticality: 'high', criticalityConfirmed: read.json.criticalityConfirmed };
    const corrected = await world.api.call('putInventoryWorkload', { params: till, headers, body });
    expect(corrected.json).toMatchObject({ criticality: 'high', criticalityConfirmed: null });
    const stale = await world.api.call('putInventoryWorkload', {
      params: till,
      headers,
      body: corrected.json,
    });
    expect(stale.status).toBe(412);
  });

  it('R3 R4 what is tracked survives the next import, and an exception needs its reason', async () => {
    await imported(world);
    const at = { ...till, key: 'skills' };
    const track = (body: object) => call('putTrackedItem', 'operator', at, body);
    expect((await track({ state: 'exception' })).json).toMatchObject({
      status: 400,
      errors: [{ field: 'note' }],
    });
    expect((await track({ state: 'done', owner: 'Nora', due: '2026-12-01', note: 'Trained' })).status).toBe(
      200,
    );
    await imported(world);
    expect(await items({ workload: 'till', owner: 'Nora' })).toMatchObject([
      { key: 'skills', state: 'done', due: '2026-12-01', note: 'Trained', workloadName: 'Till' },
    ]);
  });

  it('R38 a lesson is kept once, followed by later plans, and no longer once it is set aside', async () => {
    await planned(world);
    for (let time = 1; time <= 2; time += 1) await learned(world);
    const log = await world.api.call('getPortfolioLog', { params: { id: 'main' }, headers: world.viewer });
    expect(
      log.json.value.filter((entry: { kind: string }) => entry.kind === 'portfolio.learned'),
    ).toHaveLength(1);
    const replanned = () => call('replanPlan', 'lead', big, { reason: 'Something was learned' });
    const said = (got: Got): string[] =>
      got.json.differences.map(({ message }: { message: string }) => message);
    expect(said(await replanned())).toContain('Forecasts now follow 1 cutover: big-w1--till');
    const office = await call('getPlannedWorkload', 'lead', { ...big, workload: 'office' });
    expect(office.json.sentences).toContain(
      'Outages took 2 times as long as forecast in 1 earlier move: the forecast follows that. (R38)',
    );
    const lesson = { id: 'main', cutover: 'big-w1--till' };
    const judged = await call('judgeLesson', 'lead', lesson, { counts: false, reason: 'The line was down' });
    expect(judged.json.setAside).toMatchObject({ by: 'Lea Lead', reason: 'The line was down' });
    await learned(world);
    const listed = await call('listLessons', 'approver', { id: 'main' });
    expect(listed.json.value).toEqual([judged.json]);
    expect(said(await replanned())).toContain('Forecasts no longer follow 1 cutover: big-w1--till');
    const unknown = await call(
      'judgeLesson',
      'lead',
      { ...lesson, cutover: 'none' },
      { counts: true, reason: 'x' },
    );
    expect(unknown.status).toBe(404);
  });
});
