import { HttpRequest, InvocationContext } from '@azure/functions';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { handleUnmatched } from '../../../functions/http/edge/unmatched';
import { routes } from '../../../functions/http/routes';
import { StaleWriteError } from '../../../shared/contracts/errors';
import { toGot } from './api-under-test';
import { replaceStore } from './replace-store';
import { put, waveInput, workloadInput } from './samples';
import { makeWorld, type World } from './world';

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.api.close());

const createWave = (body: unknown, headers: Record<string, string> = {}) =>
  world.api.call('createWave', { headers: { ...world.lead, ...headers }, body });

describe('a body', () => {
  it.each([
    ['no JSON', '{"id":', 'not JSON'],
    ['empty', '', 'not JSON'],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]), 'not UTF-8'],
    ['nested without end', `${'['.repeat(200_000)}${']'.repeat(200_000)}`, 'nested'],
    ['nested objects', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`, 'nested'],
    ['with __proto__', '{"__proto__":{"status":"completed"}}', '__proto__'],
    ['with half a character', '{"id":"\\ud800"}', 'half a character'],
    ['with a number beyond all', '{"maxConcurrentCutovers":1e999}', 'id'],
  ])('%s is refused with 400', async (_, body, words) => {
    const before = await world.api.state();
    const got = await createWave(body);
    expect(got).toMatchObject({ status: 400, json: { code: 'invalid-input' } });
    expect(got.json.detail).toContain(words);
    expect(await world.api.state()).toBe(before);
  });

  it('of more than 1 MiB is refused with 413, announced or not', async () => {
    const large = JSON.stringify({ ...waveInput('large'), name: 'x'.repeat(1_048_576) });
    expect(await createWave(large)).toMatchObject({ status: 413, json: { code: 'too-large' } });
    const announced = await createWave('{}', { 'content-length': '99999999999' });
    expect(announced).toMatchObject({ status: 413, json: { code: 'too-large' } });
  });

  it.each(['text/plain', 'application/xml', '', 'application/jsonp'])(
    'sent as "%s" is refused with 415 naming the right type',
    async (contentType) => {
      const got = await createWave(waveInput('second'), { 'content-type': contentType });
      expect(got).toMatchObject({ status: 415, json: { code: 'unsupported' } });
      expect(got.headers['accept']).toBe('application/json');
    },
  );

  it('may name its charset', async () => {
    const got = await createWave(waveInput('second'), { 'content-type': 'application/json; charset=utf-8' });
    expect(got.status).toBe(201);
  });

  it('shows a huge value shortened and no more than twenty problems', async () => {
    const strangers = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`f${index}`, 1]));
    const many = await createWave({ ...waveInput('second'), ...strangers });
    expect(many.json.errors).toHaveLength(20);
    const huge = await createWave({ ...waveInput('second'), escalationContact: 'y'.repeat(900_000) });
    expect(huge.json.errors[0].field).toBe('escalationContact');
    expect(huge.text.length).toBeLessThan(1_000);
  });

  it('names the path of a field inside lists', async () => {
    const input = workloadInput('other');
    const assets = [{ ...(input['assets'] as object[])[0], root: 'relative' }];
    const got = await world.api.call('putWorkload', put({ ...input, assets }, world.lead));
    expect(got.json.errors).toEqual([
      { field: 'assets[0].root', value: '"relative"', expected: 'use an absolute path' },
    ]);
  });
});

describe('what is no operation', () => {
  const unmatched = async (method: string, path: string) => {
    const request = new HttpRequest({ method, url: `http://127.0.0.1:7071${path}` });
    const handler = handleUnmatched(routes, '/api');
    return toGot(
      await handler(request, new InvocationContext({ functionName: 'unmatched', invocationId: 'i' })),
    );
  };

  it('is 404 as a problem document', async () => {
    const got = await unmatched('GET', '/api/nothing/here');
    expect(got).toMatchObject({ status: 404, json: { code: 'not-found', status: 404 } });
    expect(got.headers['content-type']).toBe('application/problem+json');
  });

  it('is 405 with the methods that the address has', async () => {
    const got = await unmatched('DELETE', '/api/workloads/shop');
    expect(got).toMatchObject({ status: 405, json: { code: 'method-not-allowed' } });
    expect(got.headers['allow']).toBe('GET, HEAD, PUT');
  });
});

describe('a failure inside', () => {
  it('is 500 that says nothing of the inside; the log has it under the same name', async () => {
    replaceStore(world.api, { find: () => Promise.reject(new Error('password=hunter2')) });
    const got = await world.api.call('listWaves', { headers: world.viewer });
    expect(got).toMatchObject({ status: 500, json: { code: 'internal' } });
    expect(got.text).not.toContain('hunter2');
    expect(world.api.logged.flat().map(String)).toEqual(
      expect.arrayContaining([expect.stringContaining(got.json.instance), 'Error: password=hunter2']),
    );
  });

  it('that two writers met is 409 where no version was named', async () => {
    replaceStore(world.api, {
      commit: () => Promise.reject(new StaleWriteError('changed since it was read')),
    });
    const got = await createWave(waveInput('second'));
    expect(got).toMatchObject({ status: 409, json: { code: 'stale-write' } });
  });
});
