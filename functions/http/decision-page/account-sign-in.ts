import { z } from 'zod';
import { Gate } from '../../../shared/contracts/gate';
import { html } from '../edge/html';
import { framePage, problemPage } from '../edge/page-frame';
import { problem, type Reply } from '../edge/reply';
import { route, type Call } from '../edge/route';
import type { HttpServices } from '../services';
import { bindBrowser, forgetBinding, readBinding } from './browser-binding';
import { Link, refuseLink, seeGate } from './link';
import { beginSession } from './page-session';
import { FOREIGN_FORM, isSameOrigin } from './same-origin';

const Id = z.object({ id: Gate.shape.id });
const CALLBACK = 'sign-in/callback';
const CallbackForm = z.object({ code: z.string().min(1).max(4_000), state: z.string().min(1).max(2_000) });
type CallbackForm = z.infer<typeof CallbackForm>;

/** What an authority sends a browser back with (RFC 6749, 4.1.2); it may add to it. */
const CallbackQuery = z.looseObject({
  code: z.string().max(4_000).optional(),
  state: z.string().max(2_000).optional(),
  error: z.string().max(200).optional(),
});

const NO_ACCOUNTS = () => problem(404, 'not-found', 'No identity provider is set up here.');
const redirectUri = ({ settings }: HttpServices): string => `${settings.publicUrl()}/api/${CALLBACK}`;

async function start(
  { params, query }: Call<z.infer<typeof Id>, { link: string }, unknown>,
  services: HttpServices,
): Promise<Reply> {
  const { provider } = services.identity;
  if (provider === null) return NO_ACCOUNTS();
  const refusal = await refuseLink(services, params.id, query.link);
  if (refusal !== null) return refusal;
  const { binding, cookie } = bindBrowser(services, { gateId: params.id, link: query.link });
  const location = await provider.signInUrl({ ...binding, redirectUri: redirectUri(services) });
  return { status: 303, headers: { location }, cookies: [cookie] };
}

/**
 * The browser comes from the authority here, so that it brings no cookie that is for our own pages alone; one click on our own
 * page sends code and cookie together. Reading this page changes nothing and uses no code up.
 */
function showCallback({ code, state, error }: z.infer<typeof CallbackQuery>): Reply {
  if (code === undefined || state === undefined) {
    const reason = (error ?? 'no code came').replace(/[^\w -]/g, ' ');
    return problem(400, 'sign-in-failed', `The sign-in was not completed: ${reason}.`);
  }
  const text = framePage(
    'Sign in',
    html`<h1>Welcome back</h1>
      <p>Your account was recognised. Nothing is decided yet.</p>
      <form method="post" action="/api/${CALLBACK}">
        <input type="hidden" name="code" value="${code}" />
        <input type="hidden" name="state" value="${state}" />
        <button type="submit" autofocus>Continue to the decision</button>
      </form>`,
  );
  return { status: 200, content: { kind: 'html', text } };
}

async function finish(
  { body, headers, url }: Call<object, object, CallbackForm>,
  services: HttpServices,
): Promise<Reply> {
  const { provider } = services.identity;
  if (provider === null) return NO_ACCOUNTS();
  if (!isSameOrigin(services, headers, url)) return FOREIGN_FORM();
  const bound = readBinding(headers, body.state);
  if (bound === null) {
    return problem(
      403,
      'sign-in-failed',
      'This browser began no such sign-in, or too long ago. Begin again.',
    );
  }
  const { nonce, codeVerifier } = bound.binding;
  const request = { redirectUri: redirectUri(services), nonce, codeVerifier };
  const verdict = await provider.finishSignIn(request, body.code);
  if (verdict.kind === 'invalid') return problem(401, 'sign-in-failed', verdict.detail);
  if (verdict.kind === 'powerless') return problem(403, 'forbidden', verdict.detail);
  const owner = { account: verdict.principal, expiresAt: verdict.expiresAt };
  const cookies = [await beginSession(services, owner), forgetBinding(services)];
  return { ...seeGate(bound.destination.gateId, bound.destination.link), cookies };
}

/** Signing in to the decision page with an account of the identity provider (authorization code with PKCE). */
export const accountSignInRoutes = [
  route({
    operation: 'beginAccountSignIn',
    method: 'GET',
    path: 'gates/{id}/sign-in',
    summary: 'Sends a browser to the identity provider, to come back to the decision page of a gate.',
    access: { kind: 'anonymous' },
    params: Id,
    query: z.object({ link: Link }),
    responses: { 303: { description: 'To the identity provider.', schema: null } },
    refusals: [403, 404, 410, 503],
    page: problemPage,
    handle: start,
  }),
  route({
    operation: 'showAccountSignIn',
    method: 'GET',
    path: CALLBACK,
    summary: 'Where the identity provider sends a browser back to.',
    access: { kind: 'anonymous' },
    params: z.object({}),
    query: CallbackQuery,
    responses: { 200: { description: 'A page for people.', schema: 'html' } },
    page: problemPage,
    handle: async ({ query }) => showCallback(query),
  }),
  route({
    operation: 'finishAccountSignIn',
    method: 'POST',
    path: CALLBACK,
    summary: 'Signs a browser in with the account it was recognised by, for half an hour.',
    access: { kind: 'anonymous' },
    params: z.object({}),
    query: z.object({}),
    body: { schema: CallbackForm, consumes: 'form' },
    responses: { 303: { description: 'Signed in; back to the page of the gate.', schema: null } },
    refusals: [401, 403, 404, 503],
    page: problemPage,
    handle: finish,
  }),
];
