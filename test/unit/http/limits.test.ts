import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { beginStage } from '../../../shared/ledger/stages';
import { makeWorld, type World } from './world';

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.api.close());

const params = (asset = 'files') => ({ id: world.cutoverId, asset });
const read = () => world.api.call('getLimits', { params: params(), headers: world.viewer });
const change = (body: object, etag?: string) =>
  world.api.call('putLimits', {
    ...{ params: params(), body },
    headers: { ...world.operator, ...(etag !== undefined && { 'if-match': etag }) },
  });

describe('the limits of an asset', () => {
  it('R123 R131 are read with their version, and replaced only from that version', async () => {
    const before = await read();
    expect(before.json).toMatchObject({ parallelSlices: 2, bytesPerSecond: null });
    const etag = before.headers['etag'];
    const changed = await change({ parallelSlices: 3 }, etag);
    expect(changed).toMatchObject({ status: 200, json: { ...before.json, parallelSlices: 3 } });
    expect(await change({ parallelSlices: 4 }, etag)).toMatchObject({
      status: 412,
      json: { code: 'stale-write', detail: 'the limits of files have changed since they were read' },
    });
    const after = await read();
    expect(after.json).toEqual(changed.json);
    expect(after.headers['etag']).toBe(changed.headers['etag']);
    expect(after.headers['etag']).not.toBe(etag);
  });

  it('R123 are not changed by somebody who does not say which version they read', async () => {
    expect(await change({ parallelSlices: 3 })).toMatchObject({
      status: 428,
      json: { code: 'precondition-required' },
    });
    expect(await change({ parallelSlices: 3 }, 'parallelSlices')).toMatchObject({
      status: 400,
      json: { errors: [{ field: 'header.if-match' }] },
    });
  });

  it('R123 keep their version while the cutover goes on', async () => {
    const etag = (await read()).headers['etag'];
    await beginStage(world.api.services.ledger, world.cutoverId, 'readiness');
    expect(await change({ parallelSlices: 3 }, etag)).toMatchObject({ status: 200 });
  });

  it('are refused for an asset that has none, with those that have', async () => {
    for (const asset of ['mails', 'constructor'])
      expect(
        await world.api.call('getLimits', { params: params(asset), headers: world.viewer }),
      ).toMatchObject({
        status: 404,
        json: { detail: `cutover ${world.cutoverId} has no asset ${asset} with limits: there is files` },
      });
  });
});
