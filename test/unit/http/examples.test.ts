import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { calendarCheck } from '../../../functions/doctor/calendar-check';
import { ApiUnderTest } from './api-under-test';
import { importOf } from './multipart';
import { put } from './samples';

const example = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(__dirname, '../../../examples', `${name}.json`), 'utf8')) as Record<
    string,
    unknown
  >;

let api: ApiUnderTest;
beforeEach(() => {
  api = new ApiUnderTest();
});
afterEach(() => api.close());

describe('the examples', () => {
  it.each([
    ['workload', 'wave'],
    ['workload-postgres', 'wave-postgres'],
  ])('R5 %s and %s are taken as they are, and leave doctor nothing to say', async (workload, wave) => {
    const headers = await api.authorization('Lea Lead', 'lead');
    expect((await api.call('putWorkload', put(example(workload), headers))).status).toBe(201);
    expect((await api.call('createWave', { body: example(wave), headers })).status).toBe(201);
    expect(await calendarCheck(api.services.ledger).run()).toMatchObject({ verdict: 'ok' });
  });

  it('R5 R39 the inventory becomes a plan under the example settings, without an error, and all that its wave needs is there', async () => {
    const headers = await api.authorization('Lea Lead', 'lead');
    const inventory = new File(
      [readFileSync(join(__dirname, '../../../examples/inventory.yaml'))],
      'inventory.yaml',
    );
    const imported = await api.call('importInventory', await importOf(headers, [inventory]));
    expect(imported.json).toMatchObject({ applied: true, errors: 0, warnings: 0 });
    const at = { params: { id: 'dc-exit' }, headers: { ...headers, 'if-none-match': '*' } };
    const body = { name: 'Out of the data centre', settings: example('plan-settings') };
    const { json } = await api.call('putPlan', { ...at, body });
    expect(json.plan).toMatchObject({ waves: 1, workloads: 1, errors: 0 });
    const approver = await api.authorization('Ada Approver', 'approver');
    const approval = { contentHash: json.plan.contentHash, reason: 'Agreed' };
    await api.call('approvePlan', { params: at.params, headers: approver, body: approval });
    const start = { params: { id: 'dc-exit', number: '1' }, headers, body: { reason: 'The window is open' } };
    expect((await api.call('startPlannedWave', start)).json.detail).toBe(
      'wave 1 cannot start; supply first: handbook: tracked.criticality',
    );
  });
});
