import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { routes } from '../../../functions/http/routes';
import { cases } from './cases';
import { objections } from './openapi-validator';
import { makeWorld, type World } from './world';

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.api.close());

describe('the table of operations', () => {
  it('has an accepted and a refused case for each, and no case for none', () => {
    expect(Object.keys(cases).sort()).toEqual(routes.map((route) => route.operation).sort());
  });

  it('names every operation and every address once', () => {
    const names = routes.map((route) => route.operation);
    const addresses = routes.map((route) => `${route.method} ${route.path}`);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(addresses).size).toBe(addresses.length);
  });

  it('avoids addresses that Azure keeps for itself', () => {
    for (const { path } of routes) expect(path).not.toMatch(/^(admin|runtime)/);
  });
});

describe.each(routes.map((route) => [route.operation, route] as const))('%s', (operation, route) => {
  it('accepts what is right and answers as the OpenAPI document says', async () => {
    const got = await world.api.call(operation, await cases[operation]!.accepted(world));
    expect({ status: got.status, text: got.status < 400 ? '' : got.text }).toMatchObject({ text: '' });
    expect(objections(operation, got)).toEqual([]);
    expect(got.headers['cache-control']).toBe('no-store');
  });

  it('refuses what is wrong with a problem document', async () => {
    const sent = await cases[operation]!.refused(world);
    const before = await world.api.state();
    const got = await world.api.call(operation, sent);
    expect(got.status).toBeGreaterThanOrEqual(400);
    expect(got.status).toBeLessThan(500);
    expect(got.headers['content-type']).toBe('application/problem+json');
    expect(got.json.status).toBe(got.status);
    expect(objections(operation, got)).toEqual([]);
    expect(await world.api.state()).toBe(before);
  });

  if (route.method === 'GET') {
    it('changes nothing by being read', async () => {
      const sent = await cases[operation]!.accepted(world);
      const before = await world.api.state();
      await world.api.call(operation, sent);
      const head = await world.api.call(operation, { ...sent, method: 'HEAD' });
      expect(head.text).toBe('');
      expect(await world.api.state()).toBe(before);
    });
  }
});
