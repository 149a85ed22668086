import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readWave } from '../../../shared/ledger/waves';
import { readWorkload } from '../../../shared/ledger/workloads';
import type { Got } from './api-under-test';
import { importOf, json } from './multipart';
import {
  approved,
  big,
  callBy,
  inventory,
  planned,
  settings,
  waveOfTill,
  type CallBy,
} from './planning-cases';
import { makeWorld, type World } from './world';

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.api.close());

const call = (...of: CallBy) => callBy(world, ...of);
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

  it('R11 an edit is taken back, to exactly what was before the newest, and not once its wave has started', async () => {
    const first = await planned(world);
    const edit = (kind: string, more: object) =>
      call('editPlan', 'lead', big, { edits: [{ kind, reason: 'Asked for', ...more }] });
    const undo = (body: object) => call('undoPlanEdit', 'lead', big, { reason: 'Was wrong', ...body });
    const window = { start: '2026-12-19T20:00:00Z', end: '2026-12-20T06:00:00Z', timeZone: 'UTC' };
    expect((await undo({})).json.detail).toBe('plan big has no edit that could be undone');
    await edit('date', { workloadId: 'till', window });
    await edit('exclude', { workloadId: 'office' });
    const middle = await undo({ edit: 1, version: 3 });
    expect(middle.json.differences).toContainEqual(expect.objectContaining({ kind: 'date' }));
    expect((await head()).edits).toMatchObject([{ kind: 'exclude' }]);
    expect((await undo({ edit: 1, version: 3 })).json.detail).toBe(
      'plan big is at version 4: look at its edits again',
    );
    const last = await undo({});
    expect(last.json.plan).toMatchObject({ version: 5, contentHash: first, approval: null });
    expect((await head()).versions.at(-1).change).toBe('undone: edit 1, exclude (Asked for): Was wrong');

    await edit('pin', { workloadId: 'till', wave: 1 });
    await approved(world);
    await start('1');
    expect((await undo({ edit: 1 })).json).toMatchObject({
      status: 409,
      detail: 'edit 1 cannot be undone: till cannot be changed: wave 1 has started',
    });
    expect((await undo({})).json.detail).toBe('plan big has no edit that could be undone');
  });

  it('R11 an edit on which a later one depends is not taken back before that', async () => {
    await planned(world);
    const same = { environment: 'test', criticality: 'low' };
    const workloads = [{ id: 'office', ...same, dependsOn: [{ on: 'till', kind: 'shared-database' }] }];
    const fields = { apply: 'true', partial: 'true' };
    const own = await importOf(world.lead, [json('own.json', { workloads })], fields);
    await world.api.call('importInventory', own);
    const reason = 'Asked for';
    const edits = [
      { kind: 'apart', workloadIds: ['office', 'till'], reason },
      { kind: 'pin', workloadId: 'office', wave: 2, reason },
    ];
    await call('editPlan', 'lead', big, { edits });
    expect((await call('undoPlanEdit', 'lead', big, { edit: 1, reason })).json).toMatchObject({
      status: 409,
      detail: expect.stringMatching(
        /^edit 1 cannot be undone before edit 2 \(pin\), which depends on it: The plan has no wave 2/,
      ),
    });
    for (const status of [200, 200])
      expect((await call('undoPlanEdit', 'lead', big, { reason })).status).toBe(status);
    expect((await head()).edits).toEqual([]);
  });

  it('stays a plan of its portfolio', async () => {
    await planned(world);
    const read = await call('getPlan', 'lead', big);
    const headers = { ...world.lead, 'if-match': read.headers['etag'] ?? '' };
    const body = { name: 'Big plan', portfolioId: 'other', settings };
    expect((await world.api.call('putPlan', { params: big, headers, body })).json).toMatchObject({
      status: 409,
      detail: 'plan big is of portfolio main: make another plan of other',
      errors: [{ field: 'portfolioId' }],
    });
  });

  it('R62 names the owners who have not confirmed it, and does not start without them where that is required', async () => {
    await planned(world);
    const read = await call('getPlan', 'lead', big);
    const body = { name: 'Big plan', settings: { ...settings, confirmations: 'required' } };
    const headers = { ...world.lead, 'if-match': read.headers['etag'] ?? '' };
    await world.api.call('putPlan', { params: big, headers, body });
    const number = await waveOfTill(world);
    await approved(world);
    expect((await start(number)).json).toMatchObject({
      status: 409,
      errors: [
        {
          field: 'waves.1.confirmations',
          value: 'absent',
          expected: 'must have been confirmed by Olga Owner',
        },
      ],
    });
    const owner = await world.api.authorization('Olga Owner', 'owner');
    const { contentHash } = await head();
    const params = { ...big, number };
    await world.api.call('confirmPlannedWave', { params, headers: owner, body: { contentHash } });
    expect((await call('listPlanConfirmations', 'approver', big)).json.value).toEqual([
      { wave: 1, by: ['Olga Owner'], missing: [] },
      { wave: 2, by: [], missing: ['Otto Owner'] },
    ]);
    expect((await start(number)).status).toBe(202);
  });

  it('R63 does not start where what runs is not what was approved', async () => {
    const number = await waveOfTill(world);
    await approved(world);
    const execution = { ...inventory.workloads[0]?.execution, rollbackPlan: 'Hope.' };
    const own = json('own.json', { workloads: [{ id: 'till', execution }] });
    await world.api.call(
      'importInventory',
      await importOf(world.lead, [own], { apply: 'true', partial: 'true' }),
    );
    expect((await start(number)).json).toMatchObject({
      status: 409,
      detail: expect.stringMatching(
        /^what runs of till \(its execution\) is not what version 1 of plan big was approved with/,
      ),
    });
    const replanned = await call('replanPlan', 'lead', big, { reason: 'Another way back' });
    expect(replanned.json.plan.approval).toBeNull();
    const { contentHash } = replanned.json.plan;
    await call('approvePlan', 'approver', big, { contentHash, reason: 'Well' });
    expect((await start(number)).status).toBe(202);
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
