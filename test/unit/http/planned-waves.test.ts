import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readWave } from '../../../shared/ledger/waves';
import { readWorkload } from '../../../shared/ledger/workloads';
import type { Got } from './api-under-test';
import { importOf, json } from './multipart';
import { approved, imported, learned, planned, settings, waveOfTill } from './planning-cases';
import { makeWorld, type World } from './world';

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.api.close());

const big = { id: 'big' };
const call = (
  operation: string,
  by: 'lead' | 'approver' | 'operator',
  params: Record<string, string>,
  body?: object,
) => world.api.call(operation, { params, headers: world[by], ...(body && { body }) });
const start = (number: string, query: Record<string, string> = {}): Promise<Got> =>
  world.api.call('startPlannedWave', {
    params: { ...big, number },
    query,
    headers: world.lead,
    body: { reason: 'It is time' },
  });
const head = async () => (await call('getPlan', 'lead', big)).json;
const events = async (type: string) =>
  (await world.api.store.changes('event', null, 1_000)).changes.filter(
    ({ body }) => (body as { type: string }).type === type,
  );

describe('a wave of an approved plan', () => {
  it('R39 R63 becomes a wave that runs, with nothing typed again', async () => {
    const number = await waveOfTill(world);
    await approved(world);
    const started = await start(number);
    expect(started).toMatchObject({ status: 202, headers: { 'operation-location': '/api/waves/big-w1' } });
    const { ledger } = world.api.services;
    const wave = (await readWave(ledger, 'big-w1')).body;
    const dates = (await call('getPlannedWave', 'lead', { ...big, number })).json.dates;
    expect(wave).toMatchObject({
      status: 'running',
      workloadIds: ['till'],
      window: dates.window,
      escalationContact: settings.emergencyChannel,
    });
    const workload = (await readWorkload(ledger, 'till')).body;
    expect(workload).toMatchObject({
      owner: 'Olga Owner',
      method: 'offline',
      rollbackPlan: 'Point the load balancer back.',
    });
    expect((await head()).started).toEqual({ [number]: 'big-w1' });
  });

  it('R39 starts once, however often it is asked for', async () => {
    const number = await waveOfTill(world);
    await approved(world);
    for (const status of [202, 202]) expect((await start(number)).status).toBe(status);
    await Promise.all([start(number), start(number)]);
    expect(await events('wave.started')).toHaveLength(1);
    expect(await events('wave.created')).toHaveLength(2);
    expect(await events('plan.wave-started')).toHaveLength(1);
  });

  it('R39 waits for its window where that is asked for', async () => {
    const number = await waveOfTill(world);
    await approved(world);
    const { json: wave } = await start(number, { when: 'scheduled' });
    expect(wave).toMatchObject({ status: 'planned', scheduledStart: wave.window.start });
    expect((await start(number)).json.status).toBe('running');
  });

  it('R63 does not start before it is approved, nor once it is changed', async () => {
    const number = await waveOfTill(world);
    expect((await start(number)).json).toMatchObject({
      status: 409,
      detail: 'plan big is not approved as it stands',
    });
    await approved(world);
    const edits = [{ kind: 'exclude', workloadId: 'office', reason: 'Is sold' }];
    const edited = await call('editPlan', 'lead', big, { edits });
    expect(edited.json.plan.approval).toBeNull();
    expect(edited.json.differences).toContainEqual(
      expect.objectContaining({ kind: 'workload', workloadId: 'office' }),
    );
    expect((await start(number)).status).toBe(409);
  });

  it('R39 names everything that is missing, and makes nothing of it', async () => {
    const number = await waveOfTill(world);
    await approved(world);
    const bare = { id: 'till', owner: null, execution: null };
    await world.api.call(
      'importInventory',
      await importOf(world.lead, [json('own.json', { workloads: [bare] })]),
    );
    const before = await world.api.state();
    const got = await start(number);
    expect(got.json).toMatchObject({
      status: 409,
      detail:
        'wave 1 cannot start; supply first: till: owner, till: assets, till: controls, till: rollbackPlan, till: tracked.owner',
      errors: [
        { field: 'till: owner', value: 'absent', expected: 'is missing' },
        {},
        {},
        {},
        { value: 'open' },
      ],
    });
    expect(await world.api.state()).toBe(before);
  });

  it('R68 does not start before the wave that it comes after has been let through', async () => {
    await approved(world);
    const late = String((await head()).waves);
    expect(late).toBe('2');
    expect((await start(late)).json.detail).toBe('wave 2 comes after wave 1, which has not started');
    await start('1');
    expect((await start(late)).json.detail).toBe(
      'wave 2 comes after wave 1, which has not been reviewed and let through',
    );
  });

  it('R11 R39 is not changed any more by edits or by planning again', async () => {
    const number = await waveOfTill(world);
    await approved(world);
    await start(number);
    const edits = [{ kind: 'exclude', workloadId: 'till', reason: 'Too late' }];
    expect((await call('editPlan', 'lead', big, { edits })).json).toMatchObject({
      status: 409,
      detail: `till cannot be changed: wave ${number} has started`,
    });
    await world.api.call(
      'importInventory',
      await importOf(world.lead, [
        json('own.json', {
          workloads: [{ id: 'dev', environment: 'development', criticality: 'low', owner: 'Nora' }],
        }),
      ]),
    );
    const again = await call('replanPlan', 'lead', big, { reason: 'One more' });
    expect(again.json.plan.started).toEqual({ [number]: 'big-w1' });
    const { json: wave } = await call('getPlannedWave', 'lead', { ...big, number });
    expect(wave.workloadIds).toEqual(['till']);
  });

  it('R62 is confirmed by stakeholders over what they looked at', async () => {
    const contentHash = await planned(world);
    const one = { ...big, number: '1' };
    expect((await call('confirmPlannedWave', 'operator', one, { contentHash: '0'.repeat(64) })).status).toBe(
      409,
    );
    const { json: plan } = await call('confirmPlannedWave', 'operator', one, { contentHash });
    expect(plan.confirmations).toMatchObject([{ by: 'Otto Operator', wave: 1 }]);
  });
});

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
