import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiUnderTest } from './api-under-test';
import { put, workloadInput } from './samples';

let api: ApiUnderTest;
let lead: { authorization: string };
beforeEach(async () => {
  api = new ApiUnderTest();
  lead = await api.authorization('Lea Lead', 'lead');
});
afterEach(() => api.close());

describe('workloads', () => {
  it('R5 R6 are created once, read with their version, and replaced only from that version', async () => {
    const created = await api.call('putWorkload', put(workloadInput(), lead));
    expect(created.status).toBe(201);
    const again = await api.call('putWorkload', put(workloadInput(), lead));
    expect(again).toMatchObject({ status: 412, json: { code: 'stale-write' } });

    const read = await api.call('getWorkload', { params: { id: 'shop' }, headers: lead });
    expect(read.headers['etag']).toBe(created.headers['etag']);
    expect(read.json).toMatchObject({ owner: 'Olga Owner', criticality: 'medium', dependsOn: [] });

    const change = { params: { id: 'shop' }, body: { ...workloadInput(), name: 'Shop' } };
    const ifMatch = (etag: string) => ({ ...change, headers: { ...lead, 'if-match': etag } });
    const replaced = await api.call('putWorkload', ifMatch(read.headers['etag'] ?? ''));
    expect(replaced).toMatchObject({ status: 200, json: { name: 'Shop' } });
    const stale = await api.call('putWorkload', ifMatch(read.headers['etag'] ?? ''));
    expect(stale).toMatchObject({ status: 412, json: { code: 'stale-write' } });
    const unconditional = await api.call('putWorkload', { ...change, headers: lead });
    expect(unconditional).toMatchObject({ status: 428, json: { code: 'precondition-required' } });
  });

  it('page in order of id, with a link that goes on', async () => {
    for (const id of ['a', 'b', 'c']) await api.call('putWorkload', put(workloadInput(id), lead));
    const first = await api.call('listWorkloads', { headers: lead, query: { top: '2' } });
    expect(first.json.value.map((each: { id: string }) => each.id)).toEqual(['a', 'b']);
    const next = new URL(first.json.nextLink, 'http://127.0.0.1').searchParams;
    const second = await api.call('listWorkloads', { headers: lead, query: Object.fromEntries(next) });
    expect(second.json.value.map((each: { id: string }) => each.id)).toEqual(['c']);
    expect(second.json.nextLink).toBeUndefined();
  });

  it('say which field is wrong, what was sent and what would be right', async () => {
    const body = { ...workloadInput(), criticality: 'huge', colour: 'red' };
    const refused = await api.call('putWorkload', put(body, lead));
    expect(refused).toMatchObject({
      status: 400,
      headers: { 'content-type': 'application/problem+json' },
      json: { code: 'invalid-input', errors: [{ field: 'criticality', value: '"huge"' }] },
    });
    const unknown = await api.call('putWorkload', put({ ...workloadInput(), colour: 'red' }, lead));
    expect(unknown.json.errors).toEqual([{ field: 'colour', value: '"red"', expected: 'no such field' }]);
  });
});
