import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { gateLink } from '../../../functions/http/decision-page/gate-link';
import { openGate, type GateSpec } from '../../../shared/ledger/gates';
import type { Got } from './api-under-test';
import { form, makeWorld, signIn, tokenIdOf, type World } from './world';

const BROWSER = { accept: 'text/html,application/xhtml+xml' };

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(() => world.api.close());

const show = (headers: Record<string, string> = {}, link = world.link, id = world.gate.id) =>
  world.api.call('showDecisionPage', {
    params: { id },
    query: { link },
    headers: { ...BROWSER, ...headers },
  });
const decide = (fields: Record<string, string>, headers: Record<string, string>) =>
  world.api.call('decideOnPage', {
    params: { id: world.gate.id },
    headers: { ...BROWSER, ...headers },
    body: form({
      link: world.link,
      choice: 'approve',
      reason: 'Ready',
      planHash: world.gate.planHash ?? '',
      ...fields,
    }),
  });
const tokenOf = async (name: string, ...roles: Parameters<typeof world.api.authorization>[1][]) =>
  (await world.api.authorization(name, ...roles)).authorization.slice('Bearer '.length);
const gateNow = async () =>
  (await world.api.call('getGate', { params: { id: world.gate.id }, headers: world.viewer })).json;
const expectUndecided = async (got: Got, status: number, words: string) => {
  expect(got.status).toBe(status);
  expect(got.headers['content-type']).toContain('text/html');
  expect(got.text).toContain(words);
  expect(await gateNow()).toMatchObject({ status: 'open', decisions: [] });
};

describe('the decision page', () => {
  it('asks who is there before it shows anything of the gate', async () => {
    const got = await show();
    expect(got.status).toBe(200);
    expect(got.text).toContain('<label class="label" for="token">');
    expect(got.text).not.toContain(world.gate.question);
  });

  it('R63 shows what is decided, over which plan and who asked, and records the decision of its own form', async () => {
    const { cookie, csrf } = await signIn(world, world.approverToken);
    const page = await show({ cookie });
    for (const words of [
      world.gate.question,
      world.gate.planHash ?? '',
      'Lea Lead',
      'Web shop',
      'exactly the plan',
    ]) {
      expect(page.text).toContain(words);
    }
    const decided = await decide({ csrf }, { cookie });
    expect(decided.status).toBe(303);
    expect(await gateNow()).toMatchObject({
      status: 'decided',
      outcome: 'approve',
      decisions: [{ by: 'Ada Approver', role: 'approver', reason: 'Ready', planHash: world.gate.planHash }],
    });
    expect((await show({ cookie })).text).toContain('This gate is decided: approve.');
  });

  it('is a page of its own: no script, nothing from elsewhere, no frame, not stored', async () => {
    const { headers, text } = await show();
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-frame-options': 'DENY' });
    const style = /<style>([^]*?)<\/style>/.exec(text)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(headers['content-security-policy']).toContain(`default-src 'none'; style-src 'sha256-${hash}'`);
    expect(text).not.toMatch(/<script|https?:\/\/|style=|onclick/);
  });

  it('labels every field, tells each choice what it does, and asks for a choice and a reason', async () => {
    const { cookie } = await signIn(world, world.approverToken);
    const { text } = await show({ cookie });
    expect(text).toContain('<html lang="en">');
    expect(text).toContain('<legend>Your decision</legend>');
    for (const [, id] of text.matchAll(/<(?:textarea|input)(?![^>]*type="hidden")[^>]*?\sid="([^"]+)"/g)) {
      expect(text).toContain(`for="${id ?? ''}"`);
    }
    for (const [, id] of text.matchAll(/aria-describedby="([^"]+)"/g))
      expect(text).toContain(`id="${id ?? ''}"`);
  });

  it('keeps its cookie from scripts and other sites, for half an hour, and its secret out of the store', async () => {
    const body = form({ link: world.link, token: world.approverToken });
    const { cookies } = await world.api.call('signInToDecide', { params: { id: world.gate.id }, body });
    expect(cookies).toMatchObject([
      { httpOnly: true, sameSite: 'Strict', path: '/api/gates', maxAge: 1_800 },
    ]);
    const { changes } = await world.api.store.changes('page-session', null, 10);
    expect(changes).toHaveLength(1);
    expect(JSON.stringify(changes)).not.toContain(cookies[0]?.value);
    const cookie = `${cookies[0]?.name}=${cookies[0]?.value}`;
    world.api.now = new Date(world.api.now.getTime() + 30 * 60_000);
    expect((await show({ cookie })).text).toContain('Sign in to decide');
  });

  it('shows a person without the role why they cannot decide, and takes no answer from them', async () => {
    const { cookie, csrf } = await signIn(world, await tokenOf('Vera', 'viewer'));
    const page = await show({ cookie });
    expect(page.text).toContain('needs the role approver; you have viewer');
    expect(page.text).not.toContain('name="choice"');
    await expectUndecided(await decide({ csrf: csrf || 'x' }, { cookie }), 403, 'not sent from our own page');
  });

  it('R64 lets nobody approve what they asked for', async () => {
    const { cookie } = await signIn(world, await tokenOf('Lea Lead', 'approver'));
    expect((await show({ cookie })).text).toContain('somebody else must decide it');
    const answer = { choice: 'approve', reason: 'Mine', planHash: world.gate.planHash };
    const headers = await world.api.authorization('Lea Lead', 'approver');
    const direct = await world.api.call('answerGate', {
      params: { id: world.gate.id },
      headers,
      body: answer,
    });
    expect(direct).toMatchObject({ status: 403, json: { code: 'own-request' } });
  });

  it('takes no decision without its CSRF token, nor with that of another gate or session', async () => {
    const first = await signIn(world, world.approverToken);
    const second = await signIn(world, world.approverToken);
    for (const csrf of ['', 'x', second.csrf]) {
      await expectUndecided(
        await decide({ csrf }, { cookie: first.cookie }),
        403,
        'not sent from our own page',
      );
    }
  });

  it('takes no form that another site sends, even with everything right', async () => {
    const { cookie, csrf } = await signIn(world, world.approverToken);
    for (const foreign of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
    ]) {
      await expectUndecided(
        await decide({ csrf }, { cookie, ...foreign }),
        403,
        'not sent from our own page',
      );
    }
    const own = await decide({ csrf }, { cookie, origin: 'http://127.0.0.1:7071' });
    expect(own.status).toBe(303);
  });

  it('takes no decision from who is not signed in, or whose token ended meanwhile', async () => {
    await expectUndecided(await decide({ csrf: 'x' }, {}), 401, 'Sign in to decide');
    const { cookie, csrf } = await signIn(world, world.approverToken);
    await world.api.call('revokeToken', { params: { id: tokenIdOf(world.approverToken) } });
    await expectUndecided(await decide({ csrf }, { cookie }), 401, 'not signed in');
  });

  it('says what is missing and keeps what was typed', async () => {
    const { cookie, csrf } = await signIn(world, world.approverToken);
    const got = await decide({ csrf, choice: 'reject', reason: '' }, { cookie });
    await expectUndecided(got, 400, 'role="alert"');
    expect(got.text).toMatch(/value="reject"[^>]*checked/);
    const bad = await decide({ csrf, reason: '<b>"Why"</b>', choice: 'cancel' }, { cookie });
    await expectUndecided(bad, 400, '&lt;b&gt;&quot;Why&quot;&lt;/b&gt;');
  });

  it('refuses an answer to a plan that is no longer the one of the gate', async () => {
    const { cookie, csrf } = await signIn(world, world.approverToken);
    await expectUndecided(await decide({ csrf, planHash: 'a'.repeat(64) }, { cookie }), 409, 'hash');
  });

  it('says how it is opened where its address came without a link', async () => {
    const got = await world.api.call('showDecisionPage', { params: { id: world.gate.id }, headers: BROWSER });
    expect(got.status).toBe(400);
    expect(got.text).toContain('open this page by the whole link of the message that asked you');
    expect(got.text).not.toContain('Invalid input');
  });

  it('explains a link that has expired, is forged or names another gate', async () => {
    expect(await show({}, world.link.replace(/^\d+/, '99999999999'))).toMatchObject({ status: 403 });
    expect(await show({}, world.link, 'wave-first.start.go-no-go.1')).toMatchObject({ status: 403 });
    world.api.now = new Date(world.api.now.getTime() + 7 * 86_400_000);
    const expired = await show();
    expect(expired.status).toBe(410);
    expect(expired.text).toContain('This link has expired.');
    const program = await show({ accept: 'application/json' });
    expect(program.json).toMatchObject({ status: 410, code: 'link-expired' });
  });

  it('escapes everything that people typed', async () => {
    const spec: GateSpec = {
      subject: `cutover:${world.cutoverId}`,
      gate: 'statement',
      stage: 'readiness',
      attempt: 9,
      question: '<img src=x onerror=alert(1)> & "quotes"',
      choices: ['confirm'],
      roles: ['approver'],
      quorum: 'any',
    };
    const { ledger, settings } = world.api.services;
    const gate = await openGate(ledger, spec);
    const link = new URL(await gateLink(ledger, settings.publicUrl(), gate)).searchParams.get('link') ?? '';
    const { cookie } = await signIn({ ...world, gate, link }, world.approverToken);
    const { text } = await show({ cookie }, link, gate.id);
    expect(text).toContain('&lt;img src=x onerror=alert(1)&gt; &amp; &quot;quotes&quot;');
    expect(text).not.toContain('<img');
    expect(text).toContain('for="evidence"');
  });

  it('signs nobody in by a form that another site sends', async () => {
    const body = form({ link: world.link, token: world.approverToken });
    const headers = { ...BROWSER, origin: 'https://evil.example' };
    const got = await world.api.call('signInToDecide', { params: { id: world.gate.id }, headers, body });
    await expectUndecided(got, 403, 'not sent from our own page');
    expect(got.cookies).toEqual([]);
  });

  it('refuses a wrong token and says no more than that', async () => {
    const body = form({ link: world.link, token: `cw_${'A'.repeat(43)}` });
    const got = await world.api.call('signInToDecide', {
      params: { id: world.gate.id },
      headers: BROWSER,
      body,
    });
    await expectUndecided(got, 401, 'Nobody has this token.');
    expect(got.text).not.toContain('cw_AAA');
    expect(got.cookies).toEqual([]);
  });
});
