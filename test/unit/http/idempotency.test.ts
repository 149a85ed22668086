import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { listAllWaves } from './list-all-waves';
import { replaceStore } from './replace-store';
import { waveInput } from './samples';
import { makeWorld, type World } from './world';

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.api.close());

const pause = (key: string, headers = world.operator, reason = 'Lunch') =>
  world.api.call('submitCommand', {
    params: { id: world.cutoverId },
    headers: { ...headers, 'idempotency-key': key },
    body: { kind: 'pause', reason },
  });
const commands = async () =>
  (await world.api.call('listCommands', { params: { id: world.cutoverId }, headers: world.viewer })).json
    .value;

describe('an Idempotency-Key', () => {
  it('gives a repeated request the first answer, headers included, and no second effect', async () => {
    const first = await pause('"key-1"');
    const again = await pause('key-1');
    expect(again).toMatchObject({ status: 202, json: first.json });
    expect(again.headers).toMatchObject({ ...first.headers, 'idempotency-replayed': 'true' });
    expect(await commands()).toHaveLength(1);
  });

  it('with another body is refused with 422', async () => {
    await pause('key-1');
    const other = await pause('key-1', world.operator, 'Dinner');
    expect(other).toMatchObject({ status: 422, json: { code: 'idempotency-mismatch' } });
    expect(await commands()).toHaveLength(1);
  });

  it('belongs to its caller', async () => {
    await pause('key-1');
    expect((await pause('key-1', world.lead)).headers).not.toHaveProperty('idempotency-replayed');
    expect(await commands()).toHaveLength(2);
  });

  it('has one effect when two requests come at the same time; the other is told to wait', async () => {
    const create = () =>
      world.api.call('createWave', {
        headers: { ...world.lead, 'idempotency-key': 'k' },
        body: waveInput('second'),
      });
    const statuses = (await Promise.all([create(), create(), create()])).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(2);
    expect(await listAllWaves(world)).toEqual(['first', 'second']);
    expect(await create()).toMatchObject({ status: 201 });
  });

  it('keeps a refusal too', async () => {
    const create = (id: string) =>
      world.api.call('createWave', {
        headers: { ...world.lead, 'idempotency-key': 'k' },
        body: waveInput(id),
      });
    const refused = await create('first');
    expect(refused).toMatchObject({ status: 409, json: { code: 'already-exists' } });
    expect(await create('first')).toMatchObject({ status: 409, headers: { 'idempotency-replayed': 'true' } });
  });

  it('is forgotten after 24 hours', async () => {
    await pause('key-1');
    world.api.now = new Date(world.api.now.getTime() + 24 * 3_600_000);
    expect((await pause('key-1')).headers).not.toHaveProperty('idempotency-replayed');
  });

  it('is given back where the server failed, so that a retry can succeed', async () => {
    const { store } = world.api;
    const repair = replaceStore(world.api, {
      commit: (partition, operations) =>
        partition.startsWith('cutover:')
          ? Promise.reject(new Error('disk full'))
          : store.commit(partition, operations),
    });
    expect(await pause('key-1')).toMatchObject({ status: 500 });
    repair();
    expect(await pause('key-1')).toMatchObject({ status: 202 });
    expect(await commands()).toHaveLength(1);
  });

  /** As if the process had died after so many commits of a request: the first stores its claim. */
  const dyingAfter = async (commitsLeft: number, request: () => Promise<unknown>) => {
    const { store } = world.api;
    let commits = 0;
    const repair = replaceStore(world.api, {
      commit: (partition, operations) =>
        (commits += 1) <= commitsLeft
          ? store.commit(partition, operations)
          : Promise.reject(new Error('killed')),
    });
    await request();
    repair();
  };

  it('left in flight by a crash can be used again after 15 minutes', async () => {
    const create = () =>
      world.api.call('createWave', {
        headers: { ...world.lead, 'idempotency-key': 'k' },
        body: waveInput('second'),
      });
    await dyingAfter(1, create);
    expect(await create()).toMatchObject({ status: 409, json: { code: 'idempotency-in-flight' } });
    world.api.now = new Date(world.api.now.getTime() + 15 * 60_000);
    expect(await create()).toMatchObject({ status: 201 });
  });

  it.each([
    ['before the command was stored', 1],
    ['after it, before the answer was', 2],
  ])(
    'of a command can be used again at once where a crash came %s, and there is one command',
    async (_, left) => {
      await dyingAfter(left, () => pause('key-1'));
      const again = await pause('key-1');
      expect(again).toMatchObject({ status: 202, json: { number: 1, kind: 'pause' } });
      expect(await commands()).toHaveLength(1);
      expect(await pause('key-1')).toMatchObject({ headers: { 'idempotency-replayed': 'true' } });
      expect(await pause('key-1', world.operator, 'Dinner')).toMatchObject({ status: 422 });
    },
  );

  it('of a command gives it one effect when two requests come at the same time; both are told of it', async () => {
    const both = await Promise.all([pause('key-1'), pause('key-1')]);
    expect(both.map(({ json }) => json.number)).toEqual([1, 1]);
    expect(await commands()).toHaveLength(1);
  });

  it('leaves nothing behind for ever: the next write sweeps what has expired', async () => {
    for (let index = 0; index < 25; index += 1) await pause(`key-${index}`);
    world.api.now = new Date(world.api.now.getTime() + 25 * 3_600_000);
    await pause('new-1');
    await pause('new-2');
    const { changes } = await world.api.store.changes('idempotent-answer', null, 100);
    expect(changes).toHaveLength(2);
  });

  it('that no header can carry is refused with 400', async () => {
    expect(await pause('a'.repeat(201))).toMatchObject({
      status: 400,
      json: { errors: [{ field: 'header.idempotency-key' }] },
    });
  });
});
