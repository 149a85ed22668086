import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MigrationError } from '../../../shared/contracts/errors';
import { replaceStore } from './replace-store';
import { makeWorld, signedMessage, type World } from './world';

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.api.close());

const approved = { type: 'change.approved', ticket: 'CHG0001', by: 'Change board' };
const cancelled = { type: 'change.cancelled', ticket: 'CHG0001', by: 'Change board', reason: 'Storm' };
const send = (id: string, body: object, headers: Record<string, string> = {}) => {
  const message = signedMessage(world.api, id, body);
  return world.api.call('receiveChangeRequest', { ...message, headers: { ...message.headers, ...headers } });
};
const wave = async () =>
  (await world.api.call('getWave', { params: { id: 'first' }, headers: world.viewer })).json;

describe("a change tool's webhook", () => {
  it('R46 cancelled holds, approved releases, rescheduled moves the wave', async () => {
    expect(await send('m1', cancelled)).toMatchObject({ status: 200, json: { waves: ['first'] } });
    expect(await wave()).toMatchObject({ status: 'held', ticketState: 'cancelled' });
    await send('m2', approved);
    expect(await wave()).toMatchObject({ status: 'planned', ticketState: 'approved', holdReason: null });
    const window = { start: '2026-12-01T00:00:00+01:00', end: '2026-12-02T00:00:00+01:00' };
    await send('m3', { type: 'change.rescheduled', ticket: 'CHG0001', by: 'Change board', window });
    expect((await wave()).window).toMatchObject({ start: '2026-11-30T23:00:00.000Z' });
  });

  it('has one effect however often the same id comes', async () => {
    await send('m1', cancelled);
    await send('m2', approved);
    const before = await world.api.state();
    expect(await send('m1', cancelled)).toMatchObject({ status: 200 });
    expect(await world.api.state()).toBe(before);
  });

  it('is not lost when storing it fails: the same id works the next time', async () => {
    const repair = replaceStore(world.api, { commit: () => Promise.reject(new Error('disk full')) });
    expect(await send('m1', cancelled)).toMatchObject({ status: 500 });
    repair();
    expect(await send('m1', cancelled)).toMatchObject({ status: 200 });
    expect(await wave()).toMatchObject({ status: 'held' });
  });

  it('does not take two ids that begin alike for one', async () => {
    const begin = 'm'.repeat(120);
    await send(`${begin}-1`, cancelled);
    await send(`${begin}-2`, approved);
    expect(await wave()).toMatchObject({ status: 'planned', ticketState: 'approved' });
  });

  it.each([
    ['another body', (body: string) => ({ body: body.replace('board', 'bored') })],
    ['another id', () => ({ headers: { 'webhook-id': 'm2' } })],
    ['a time beyond five minutes', () => ({ headers: { 'webhook-timestamp': '1763700000' } })],
    ['no time', () => ({ headers: { 'webhook-timestamp': 'soon' } })],
    ['no signature', () => ({ headers: { 'webhook-signature': '' } })],
    ['a signature of another version', () => ({ headers: { 'webhook-signature': 'v1a,AAAA' } })],
  ])('with %s is refused with 401 and changes nothing', async (_, change) => {
    const message = signedMessage(world.api, 'm1', cancelled);
    const { body, headers = {} } = change(String(message.body)) as {
      body?: string;
      headers?: Record<string, string>;
    };
    const before = await world.api.state();
    const got = await world.api.call('receiveChangeRequest', {
      body: body ?? message.body,
      headers: { ...message.headers, ...headers },
    });
    expect(got).toMatchObject({ status: 401, json: { code: 'unauthenticated' } });
    expect(await world.api.state()).toBe(before);
  });

  it.each([
    ['too old', 301],
    ['from the future', -301],
  ])('signed rightly but %s is refused with 401: it may be a recording', async (_, seconds) => {
    const message = signedMessage(world.api, 'm1', cancelled);
    world.api.now = new Date(world.api.now.getTime() + seconds * 1_000);
    expect(await world.api.call('receiveChangeRequest', message)).toMatchObject({ status: 401 });
    world.api.now = new Date(world.api.now.getTime() - Math.sign(seconds) * 1_000);
    expect(await world.api.call('receiveChangeRequest', message)).toMatchObject({ status: 200 });
  });

  it('is accepted when one of several signatures fits, as while a secret is changed', async () => {
    const right = signedMessage(world.api, 'm1', cancelled).headers['webhook-signature'];
    const got = await send('m1', cancelled, { 'webhook-signature': `v1,AAAA= ${right ?? ''}` });
    expect(got.status).toBe(200);
  });

  it('about a ticket that no wave carries is 404', async () => {
    expect(await send('m1', { ...approved, ticket: 'CHG9999' })).toMatchObject({ status: 404 });
  });

  it('without a secret set up is 503, and nothing is taken unsigned', async () => {
    world.api.services.secrets.read = () => Promise.reject(new MigrationError('secret-missing', 'No secret'));
    expect(await send('m1', approved)).toMatchObject({ status: 503, json: { code: 'secret-missing' } });
  });
});
