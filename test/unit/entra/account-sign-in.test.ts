import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { EntraIdentity } from '../../../shared/adapters/entra/entra-identity';
import { readGate, openGate } from '../../../shared/ledger/gates';
import { ASSERTION, CLIENT_ID, EntraServer, TENANT_ID, type Account } from '../../support/entra/entra-server';
import type { Got } from '../http/api-under-test';
import { form, makeWorld, type World } from '../http/world';

const approver: Account = { oid: randomUUID(), name: 'Ada Approver', roles: ['approver'] };
const principalName = ({ oid }: Account) => `entra:${TENANT_ID}:${oid}`;
const entra = new EntraServer();
let world: World;

beforeAll(() => entra.start());
afterAll(() => entra.stop());
beforeEach(async () => {
  world = await makeWorld();
  Object.assign(entra, { person: approver, confidential: false, now: () => world.api.now });
  world.api.services.identity = { ownTokens: false, provider: provider(null) };
});
afterEach(() => world.api.close());

const provider = (assertion: (() => Promise<string>) | null) =>
  new EntraIdentity({
    tenant: { authority: entra.authority, tenantId: TENANT_ID, clientId: CLIENT_ID, audiences: [CLIENT_ID] },
    clock: { now: () => world.api.now },
    behindPlatform: false,
    assertion,
  });

const cookieOf = (got: Got) => got.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
const show = (headers: Record<string, string> = {}) =>
  world.api.call('showDecisionPage', { params: { id: world.gate.id }, query: { link: world.link }, headers });

/** To the authority and back: what the browser now holds and what the authority gave it. */
async function visitAuthority(): Promise<{ cookie: string; query: Record<string, string> }> {
  const begun = await world.api.call('beginAccountSignIn', {
    params: { id: world.gate.id },
    query: { link: world.link },
  });
  expect(begun.status).toBe(303);
  const answer = await fetch(begun.headers['location'] ?? '', { redirect: 'manual' });
  const back = new URL(answer.headers.get('location') ?? '');
  expect(`${back.origin}${back.pathname}`).toBe('http://127.0.0.1:7071/api/sign-in/callback');
  return { cookie: cookieOf(begun), query: Object.fromEntries(back.searchParams) };
}

const finish = (cookie: string, { code = '', state = '' }: Record<string, string>, headers = {}) =>
  world.api.call('finishAccountSignIn', { headers: { cookie, ...headers }, body: form({ code, state }) });

async function signIn(): Promise<string> {
  const { cookie, query } = await visitAuthority();
  const got = await finish(cookie, query);
  expect(got.status).toBe(303);
  expect(got.headers['location']).toBe(`/api/gates/${world.gate.id}/decide?link=${world.link}`);
  return cookieOf(got);
}

const csrfIn = (page: Got) => /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';

describe('signing in to the decision page with an Entra account', () => {
  it('is offered, and a token is not where those are switched off', async () => {
    const page = await show();
    expect(page.text).toContain('Sign in with your work account');
    expect(page.text).not.toContain('name="token"');
  });

  it('R63 R64 lets the approver decide in the name of an id that no mail address can take', async () => {
    const cookie = await signIn();
    const page = await show({ cookie });
    expect(page.text).toContain('Signed in as Ada Approver (approver)');
    const decided = await world.api.call('decideOnPage', {
      params: { id: world.gate.id },
      headers: { cookie },
      body: form({
        link: world.link,
        csrf: csrfIn(page),
        choice: 'approve',
        reason: 'Ready',
        planHash: world.gate.planHash ?? '',
      }),
    });
    expect(decided.status).toBe(303);
    const { body } = await readGate(world.api.services.ledger, world.gate.id);
    expect(body.decisions).toMatchObject([
      { by: principalName(approver), role: 'approver', choice: 'approve' },
    ]);
    const log = await world.api.call('getCutoverLog', {
      params: { id: world.cutoverId },
      headers: await reader(),
    });
    expect(log.json.value.at(-1)).toMatchObject({
      kind: 'gate.decided',
      actor: principalName(approver),
      facts: { displayName: 'Ada Approver' },
    });
  });

  it('proves the application by its managed identity where the registration asks for it', async () => {
    entra.confidential = true;
    const { cookie, query } = await visitAuthority();
    expect(await finish(cookie, query)).toMatchObject({ status: 401 });
    world.api.services.identity = { ownTokens: false, provider: provider(async () => ASSERTION) };
    await signIn();
  });

  it('begins and comes back without storing anything or using the code up', async () => {
    const before = await world.api.state();
    const { cookie, query } = await visitAuthority();
    const page = await world.api.call('showAccountSignIn', { query, headers: { accept: 'text/html' } });
    expect(page.text).toContain('Continue to the decision');
    expect(await world.api.state()).toBe(before);
    expect(await finish(cookie, query)).toMatchObject({ status: 303 });
  });

  it('ends after half an hour', async () => {
    const cookie = await signIn();
    world.api.now = new Date(world.api.now.getTime() + 30 * 60_000);
    expect((await show({ cookie })).text).toContain('Sign in to decide');
  });
});

describe('a sign-in is refused', () => {
  it('to a browser that did not begin it', async () => {
    const mine = await visitAuthority();
    const other = await visitAuthority();
    expect(await finish('', mine.query)).toMatchObject({ status: 403, json: { code: 'sign-in-failed' } });
    expect(await finish(other.cookie, mine.query)).toMatchObject({ status: 403 });
  });

  it('with another’s code put into it', async () => {
    const mine = await visitAuthority();
    const other = await visitAuthority();
    const mixed = { ...mine.query, code: other.query['code'] ?? '' };
    expect(await finish(mine.cookie, mixed)).toMatchObject({ status: 401, json: { code: 'sign-in-failed' } });
  });

  it('with a code that was used', async () => {
    const { cookie, query } = await visitAuthority();
    expect(await finish(cookie, query)).toMatchObject({ status: 303 });
    expect(await finish(cookie, query)).toMatchObject({ status: 401 });
  });

  it('from a form on somebody else’s page', async () => {
    const { cookie, query } = await visitAuthority();
    const got = await finish(cookie, query, { origin: 'https://evil.example' });
    expect(got).toMatchObject({ status: 403, json: { code: 'forbidden' } });
  });

  it('of an account without a role, naming the roles there are', async () => {
    entra.person = { ...approver, roles: ['user'] };
    const { cookie, query } = await visitAuthority();
    const got = await finish(cookie, query);
    expect(got).toMatchObject({ status: 403, json: { code: 'forbidden' } });
    expect(got.json.detail).toContain('Ada Approver has no role here');
  });

  it('while the authority does not answer, and works when it does', async () => {
    const { cookie, query } = await visitAuthority();
    entra.failing = 503;
    const got = await finish(cookie, query);
    entra.failing = null;
    expect(got).toMatchObject({ status: 503, json: { code: 'identity-unavailable' } });
    await signIn();
  });
});

describe('R64 separation of duties holds between Entra accounts', () => {
  const planner: Account = { oid: randomUUID(), name: 'Lea Lead', roles: ['lead', 'approver'] };

  it('whoever planned a wave may not approve it, under whatever name they are listed now', async () => {
    const { api } = world;
    const bearer = async (account: Account) => ({
      authorization: `Bearer ${await entra.personToken(account, api.now)}`,
    });
    const stored = await api.call('getWave', { params: { id: 'first' }, headers: await bearer(planner) });
    const { id, name, workloadIds, window } = stored.json;
    const plan = { id, name, workloadIds, window, escalationContact: 'Lena, +1 555 0100' };
    const saved = await api.call('putWave', {
      params: { id: 'first' },
      headers: { ...(await bearer(planner)), 'if-match': stored.headers['etag'] ?? '' },
      body: plan,
    });
    expect(saved.status).toBe(200);
    const gate = await openGate(api.services.ledger, {
      subject: 'wave:first',
      gate: 'go-no-go',
      stage: 'go-no-go',
      attempt: 1,
      question: 'May the wave go?',
      choices: ['approve', 'reject'],
      roles: ['approver'],
      quorum: 'all',
    });
    const answer = async (account: Account) =>
      api.call('answerGate', {
        params: { id: gate.id },
        headers: await bearer(account),
        body: { choice: 'approve', reason: 'Ready', planHash: gate.planHash },
      });
    expect(await answer({ ...planner, name: 'Lea Newname' })).toMatchObject({
      status: 403,
      json: { code: 'own-request' },
    });
    expect(await answer({ ...approver, name: 'Lea Lead' })).toMatchObject({ status: 200 });
  });
});

async function reader(): Promise<{ authorization: string }> {
  const token = await entra.personToken({ ...approver, roles: ['viewer'] }, world.api.now);
  return { authorization: `Bearer ${token}` };
}
