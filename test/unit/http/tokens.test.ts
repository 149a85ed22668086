import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { accessTokenType } from '../../../shared/ledger/documents';
import { ApiUnderTest } from './api-under-test';
import { tokenIdOf } from './world';

let api: ApiUnderTest;
beforeEach(() => {
  api = new ApiUnderTest();
});
afterEach(() => api.close());

const list = (headers: Record<string, string> = {}) => api.call('listWaves', { headers });

describe('a bearer token', () => {
  it('is stored as a hash and shown only when it is made', async () => {
    const made = await api.call('createToken', { body: { name: 'Lea', roles: ['lead', 'lead'] } });
    const token: string = made.json.token;
    expect(token).toMatch(/^cw_[A-Za-z0-9_-]{43}$/);
    expect(made.json.principal).toEqual({ name: 'Lea', roles: ['lead'] });
    const { changes } = await api.store.changes(accessTokenType.name, null, 10);
    expect(JSON.stringify(changes)).not.toContain(token);
    const listed = await api.call('listTokens');
    expect(listed.json.value).toEqual([expect.objectContaining({ id: tokenIdOf(token) })]);
    expect(listed.text).not.toContain('hash');
  });

  it.each([
    ['missing', {}],
    ['of another scheme', { authorization: 'Basic Y3c6Y3c=' }],
    ['malformed', { authorization: 'Bearer cw_short' }],
    ['unknown', { authorization: `Bearer cw_${'A'.repeat(43)}` }],
  ])('that is %s gets 401 with a challenge', async (_, headers: Record<string, string>) => {
    const got = await list(headers);
    expect(got).toMatchObject({ status: 401, json: { code: 'unauthenticated' } });
    expect(got.headers['www-authenticate']).toMatch(/^Bearer realm="causeway"/);
    expect(got.headers['www-authenticate']).toMatch(/^[\x20-\x7e]+$/);
  });

  it('with the id of another token is not that token', async () => {
    const { authorization } = await api.authorization('Lea', 'lead');
    const id = tokenIdOf(authorization.slice('Bearer '.length));
    const stored = await api.store.read(accessTokenType, 'tokens', id);
    const { hash } = stored!.body;
    await api.store.commit('tokens', [
      {
        kind: 'replace',
        type: accessTokenType,
        id,
        version: stored!.version,
        body: { ...stored!.body, hash: `${hash.slice(0, 16)}${'0'.repeat(48)}` },
      },
    ]);
    expect(await list({ authorization })).toMatchObject({ status: 401 });
  });

  it('ends when it expires', async () => {
    const headers = await api.authorization('Lea', 'lead');
    expect(await list(headers)).toMatchObject({ status: 200 });
    api.now = new Date(api.now.getTime() + 30 * 86_400_000);
    expect(await list(headers)).toMatchObject({ status: 401, json: { detail: 'This token has expired.' } });
  });

  it('ends at once when it is revoked', async () => {
    const headers = await api.authorization('Lea', 'lead');
    const id = tokenIdOf(headers.authorization.slice('Bearer '.length));
    const revoked = await api.call('revokeToken', { params: { id } });
    expect(await list(headers)).toMatchObject({ status: 401, json: { detail: 'This token was revoked.' } });
    const again = await api.call('revokeToken', { params: { id } });
    expect(again.json.revokedAt).toBe(revoked.json.revokedAt);
  });

  it('R64 of another role gets 403 naming the roles that may', async () => {
    const viewer = await api.authorization('Vic Viewer', 'viewer', 'approver');
    const got = await api.call('holdWave', {
      params: { id: 'first' },
      headers: viewer,
      body: { reason: 'x' },
    });
    expect(got).toMatchObject({ status: 403, json: { code: 'forbidden' } });
    expect(got.json.detail).toBe('This needs the role lead or operator; Vic Viewer has viewer, approver.');
  });
});
