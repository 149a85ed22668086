import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { calendarCheck } from '../../../functions/doctor/calendar-check';
import { ApiUnderTest } from './api-under-test';
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
});
