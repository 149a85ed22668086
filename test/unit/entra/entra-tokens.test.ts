import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHmac, createPublicKey, randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { EntraIdentity } from '../../../shared/adapters/entra/entra-identity';
import { ApiUnderTest, type Got } from '../http/api-under-test';
import { CLIENT_ID, EntraServer, TENANT_ID, type Account } from '../../support/entra/entra-server';
import { makeSigningKey, signToken } from '../../support/entra/token-signer';

const lead: Account = { oid: '33333333-3333-4333-8333-333333333333', name: 'Lea Lead', roles: ['lead'] };
const entra = new EntraServer();
let api: ApiUnderTest;

beforeAll(() => entra.start());
afterAll(() => entra.stop());
beforeEach(() => {
  api = use(0);
});
afterEach(() => api.close());

/** The API in front of a provider that has read nothing yet. */
function use(keyCooldownMs: number, behindPlatform = false): ApiUnderTest {
  const made = new ApiUnderTest();
  const audiences = [CLIENT_ID, `api://${CLIENT_ID}`];
  const tenant = { authority: entra.authority, tenantId: TENANT_ID, clientId: CLIENT_ID, audiences };
  made.services.identity = {
    ownTokens: true,
    provider: new EntraIdentity({
      tenant,
      clock: { now: () => made.now },
      behindPlatform,
      assertion: null,
      keyCooldownMs,
    }),
  };
  return made;
}

const list = (headers: Record<string, string>): Promise<Got> => api.call('listWaves', { headers });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const sign = (changed: JWTPayload) => entra.personToken(lead, api.now, changed);
/** Leaves a claim out. */
const without = (claim: string) => ({ [claim]: undefined }) as JWTPayload;
const seconds = (offset: number) => Math.floor(api.now.getTime() / 1_000) + offset;

async function expectRefused(token: string, detail: string): Promise<void> {
  const got = await list(bearer(token));
  expect(got).toMatchObject({ status: 401, json: { code: 'unauthenticated', status: 401, detail } });
  expect(got.headers['content-type']).toBe('application/problem+json');
  expect(got.headers['www-authenticate']).toContain('error="invalid_token"');
}

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
const unsigned = (claims: object) => `${encode({ typ: 'JWT', alg: 'none' })}.${encode(claims)}.`;

function signedWithPublicKey(claims: object): string {
  const { publicJwk, kid } = entra.key;
  const pem = createPublicKey({ key: publicJwk, format: 'jwk' }).export({
    type: 'spki',
    format: 'pem',
  });
  const input = `${encode({ typ: 'JWT', alg: 'HS256', kid })}.${encode(claims)}`;
  return `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`;
}

describe('an access token of Entra', () => {
  it.each([
    ['the client id', CLIENT_ID],
    ['the application id URI', `api://${CLIENT_ID}`],
  ])('for %s is accepted', async (_, aud) => {
    expect(await list(bearer(await sign({ aud })))).toMatchObject({ status: 200 });
  });

  it.each<[string, () => Promise<string> | string, string]>([
    [
      'of another tenant',
      () => sign({ iss: entra.issuer.replace(TENANT_ID, randomUUID()), tid: randomUUID() }),
      'The token is from another issuer, or of version 1.0.',
    ],
    [
      'that names another tenant than its issuer',
      () => sign({ tid: '99999999-9999-4999-8999-999999999999' }),
      'The account is of tenant 99999999-9999-4999-8999-999999999999, which is not ours.',
    ],
    ['for another audience', () => sign({ aud: randomUUID() }), 'The token is for another service.'],
    [
      'of another issuer',
      () => sign({ iss: 'https://sts.windows.net/' }),
      'The token is from another issuer, or of version 1.0.',
    ],
    [
      'with the algorithm none',
      () => unsigned({ ...entra.claims(lead, seconds(0)), scp: 'user_impersonation' }),
      'The token is not signed with RS256.',
    ],
    [
      'signed HS256 with the public key',
      () => signedWithPublicKey({ ...entra.claims(lead, seconds(0)), scp: 'user_impersonation' }),
      'The token is not signed with RS256.',
    ],
    ['that has expired', () => sign({ exp: seconds(-61) }), 'The token has expired.'],
    ['not valid yet', () => sign({ nbf: seconds(61) }), 'The token is not valid yet.'],
    ['without an end', () => sign(without('exp')), 'The claim exp is not right.'],
    ['of nobody in particular', () => sign(without('oid')), 'The claim oid is not right.'],
    ['of version 1.0', () => sign({ ver: '1.0' }), 'The token lacks claims of a version 2.0 token.'],
    [
      'signed by somebody else under a known key id',
      async () =>
        signToken(await makeSigningKey(entra.key.kid), {
          ...entra.claims(lead, seconds(0)),
          scp: 'user_impersonation',
        }),
      'The signature of the token is wrong.',
    ],
    [
      'signed by an unknown key',
      async () =>
        signToken(await makeSigningKey('unknown'), {
          ...entra.claims(lead, seconds(0)),
          scp: 'user_impersonation',
        }),
      'No key of the tenant signed this token.',
    ],
    [
      'that is an ID token',
      () => sign({ scp: undefined, azp: undefined, nonce: 'n' }),
      'The token has not the scope user_impersonation: an access token for this service is needed.',
    ],
    [
      'for another scope',
      () => sign({ scp: 'User.Read profile' }),
      'The token has not the scope user_impersonation: an access token for this service is needed.',
    ],
    [
      'that says it is a program’s, with a scope of people',
      () => sign({ idtyp: 'app' }),
      'The token says that it is a program’s, and is not one that a program got for itself.',
    ],
    ['that is none', () => 'eyJ0.eyJ1.c2ln', 'This is no token.'],
  ])('%s is refused', async (_, make, detail) => {
    await expectRefused(await make(), detail);
  });

  it('is given a minute for clocks that differ', async () => {
    expect(await list(bearer(await sign({ exp: seconds(-59) })))).toMatchObject({ status: 200 });
    expect(await list(bearer(await sign({ nbf: seconds(59) })))).toMatchObject({ status: 200 });
  });

  it('R64 without one of our app roles is refused with 403 that names them', async () => {
    for (const roles of [undefined, [], ['Lead'], ['reader', 'admin']]) {
      const got = await list(bearer(await sign({ roles })));
      expect(got).toMatchObject({ status: 403, json: { code: 'forbidden' } });
      expect(got.json.detail).toContain('lead, operator, owner, tester, approver, viewer');
    }
  });

  it('has only the roles it names', async () => {
    const token = await sign({ roles: ['viewer', 'unheard-of'] });
    expect(await list(bearer(token))).toMatchObject({ status: 200 });
    const refused = await api.call('startWave', {
      params: { id: 'first' },
      headers: bearer(token),
      body: { reason: 'Try' },
    });
    expect(refused).toMatchObject({
      status: 403,
      json: { detail: 'This needs the role lead; Lea Lead has viewer.' },
    });
  });
});

describe('keys that roll over', () => {
  it('are found when a token names an unknown one', async () => {
    expect(await list(bearer(await sign({})))).toMatchObject({ status: 200 });
    await entra.rollKeys('kept');
    expect(await list(bearer(await sign({})))).toMatchObject({ status: 200 });
  });

  it('no longer count once they are withdrawn', async () => {
    const old = await sign({});
    expect(await list(bearer(old))).toMatchObject({ status: 200 });
    await entra.rollKeys('withdrawn');
    expect(await list(bearer(await sign({})))).toMatchObject({ status: 200 });
    await expectRefused(old, 'No key of the tenant signed this token.');
  });

  it('are not looked for again and again because somebody invents key ids', async () => {
    api.close();
    api = use(30_000);
    expect(await list(bearer(await sign({})))).toMatchObject({ status: 200 });
    const before = entra.requests.length;
    const invented = await makeSigningKey('invented');
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await expectRefused(
        await signToken({ ...invented, kid: `invented-${attempt}` }, entra.claims(lead, seconds(0))),
        'No key of the tenant signed this token.',
      );
    }
    expect(entra.requests.length).toBe(before);
  });
});

describe('an authority', () => {
  it('that does not answer makes 503, which is logged with its cause, and serves again when it is back', async () => {
    entra.failing = 500;
    const got = await list(bearer(await sign({})));
    entra.failing = null;
    expect(got).toMatchObject({ status: 503, json: { code: 'identity-unavailable' } });
    expect(api.logged).toHaveLength(1);
    expect(await list(bearer(await sign({})))).toMatchObject({ status: 200 });
  });

  it.each([
    ['another issuer', { issuer: 'https://evil.example/v2.0' }],
    ['keys that lie elsewhere', { jwks_uri: 'https://evil.example/keys' }],
  ])('whose discovery names %s is not believed', async (_, discovery) => {
    entra.discovery = discovery;
    const got = await list(bearer(await sign({})));
    entra.discovery = {};
    expect(got).toMatchObject({ status: 503, json: { code: 'identity-unavailable' } });
  });
});

describe('a program with a token of its own', () => {
  const tool: Account = { oid: '44444444-4444-4444-8444-444444444444', name: '', roles: ['operator'] };

  it('works by the roles it was given', async () => {
    const token = await entra.programToken(tool, api.now);
    expect(await list(bearer(token))).toMatchObject({ status: 200 });
  });

  it.each(['approver', 'owner', 'tester'])('R64 is never %s, which is a person’s part', async (role) => {
    const got = await list(bearer(await entra.programToken({ ...tool, roles: [role] }, api.now)));
    expect(got).toMatchObject({ status: 403, json: { code: 'forbidden' } });
  });
});

describe('the header of App Service authentication', () => {
  const SUBJECT = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier';
  const header = (changed: Record<string, string | undefined> = {}) => {
    const claims = {
      aud: CLIENT_ID,
      'http://schemas.microsoft.com/identity/claims/tenantid': TENANT_ID,
      'http://schemas.microsoft.com/identity/claims/objectidentifier': lead.oid,
      [SUBJECT]: 'pairwise-subject',
      name: lead.name,
      roles: 'viewer',
      ...changed,
    };
    const content = {
      auth_typ: 'aad',
      name_typ: 'name',
      role_typ: 'roles',
      claims: Object.entries(claims).flatMap(([typ, val]) => (val === undefined ? [] : [{ typ, val }])),
    };
    return { 'x-ms-client-principal': Buffer.from(JSON.stringify(content)).toString('base64') };
  };

  it('is forged where no platform stands before the application, and gets 401', async () => {
    const forged = {
      status: 401,
      json: {
        code: 'unauthenticated',
        detail: 'X-MS-CLIENT-PRINCIPAL proves nothing here: no platform wrote it.',
      },
    };
    expect(await list(header())).toMatchObject(forged);
    api.services.identity = { ownTokens: true, provider: null };
    expect(await list(header())).toMatchObject(forged);
  });

  it('adds nothing to a token', async () => {
    const viewer = bearer(await sign({ roles: ['viewer'] }));
    const got = await api.call('startWave', {
      params: { id: 'first' },
      headers: { ...header({ roles: 'lead' }), ...viewer },
      body: { reason: 'Try' },
    });
    expect(got.status).toBe(403);
  });

  it('names the caller behind that platform, unless of another tenant, application or kind', async () => {
    api.close();
    api = use(0, true);
    expect(await list(header())).toMatchObject({ status: 200 });
    const tenantClaim = 'http://schemas.microsoft.com/identity/claims/tenantid';
    expect(await list(header({ [tenantClaim]: randomUUID() }))).toMatchObject({ status: 401 });
    expect(await list(header({ [tenantClaim]: undefined }))).toMatchObject({ status: 401 });
    expect(await list(header({ aud: randomUUID() }))).toMatchObject({ status: 401 });
    expect(await list(header({ roles: 'king' }))).toMatchObject({ status: 403 });
    expect(await list({ 'x-ms-client-principal': 'bm90IEpTT04=' })).toMatchObject({ status: 401 });
  });
});

describe('tokens of our own', () => {
  it('work beside those of Entra, and can be switched off', async () => {
    const own = await api.authorization('Vic Viewer', 'viewer');
    expect(await list(own)).toMatchObject({ status: 200 });
    api.services.identity = { ...api.services.identity, ownTokens: false };
    expect(await list(own)).toMatchObject({
      status: 401,
      json: { detail: 'Tokens that begin with cw_ do not count here.' },
    });
    expect(await list(bearer(await sign({})))).toMatchObject({ status: 200 });
    const made = await api.call('createToken', { body: { name: 'Nora', roles: ['viewer'] } });
    expect(made).toMatchObject({ status: 409, json: { code: 'own-tokens-off' } });
  });

  it('can never be made out in the name of an Entra account', async () => {
    const got = await api.call('createToken', {
      body: { name: `ENTRA:${TENANT_ID}:${lead.oid}`, roles: ['approver'] },
    });
    expect(got).toMatchObject({ status: 400, json: { code: 'invalid-input' } });
  });
});
