import { z } from 'zod';
import { Gate, GateAnswerInput } from '../../../shared/contracts/gate';
import { answerGate } from '../../../shared/ledger/gates';
import { verifyToken } from '../edge/authenticate';
import { checkInput } from '../edge/check-input';
import { problemPage } from '../edge/page-frame';
import { problem, problemIn, type Reply } from '../edge/reply';
import { route, type Call } from '../edge/route';
import { refusedAnswer } from '../gate-refusals';
import type { HttpServices } from '../services';
import { checkLink } from './gate-link';
import { beginSession, isCsrfToken, readSession, type SignedIn } from './page-session';
import { isSameOrigin } from './same-origin';
import { signInPage } from './sign-in-page';
import { viewGate } from './view-gate';

const Id = z.object({ id: Gate.shape.id });
const Link = z.string().regex(/^\d{1,12}\.[A-Za-z0-9_-]{43}$/, 'use the link as it was sent');
const SignInForm = z.object({ link: Link, token: z.string().max(200) });
/** Only bounded here: the answer itself is checked where the form can be shown again. */
const DecisionForm = z.object({
  link: Link,
  csrf: z.string().max(100),
  choice: z.string().max(100).default(''),
  reason: z.string().max(10_000).default(''),
  evidence: z.string().max(20_000).default(''),
  planHash: z.string().max(100).default(''),
});
type DecisionForm = z.infer<typeof DecisionForm>;
type FormCall<Form> = Call<z.infer<typeof Id>, object, Form>;

const page = (text: string): Reply => ({ status: 200, content: { kind: 'html', text } });
const seeGate = (id: string, link: string): Reply => ({
  status: 303,
  headers: { location: `/api/gates/${id}/decide?link=${link}` },
});

/** Null for a good link, else why it opens nothing. */
async function refuseLink({ ledger }: HttpServices, gateId: string, link: string): Promise<Reply | null> {
  const verdict = await checkLink(ledger, gateId, link);
  if (verdict === 'valid') return null;
  return verdict === 'expired'
    ? problem(
        410,
        'link-expired',
        'This link has expired. The newest reminder has a new one, as long as the gate is open.',
      )
    : problem(403, 'link-invalid', 'This link was not made here, or not for this gate.');
}

const FOREIGN_FORM = () => problem(403, 'forbidden', 'This form was not sent from our own page.');

async function signIn(call: FormCall<z.infer<typeof SignInForm>>, services: HttpServices): Promise<Reply> {
  const { params, body, headers, url } = call;
  if (!isSameOrigin(services, headers, url)) return FOREIGN_FORM();
  const refusal = await refuseLink(services, params.id, body.link);
  if (refusal !== null) return refusal;
  const verdict = await verifyToken(services, body.token.trim());
  if (verdict.kind === 'invalid') {
    const detail = `That token is ${verdict.reason}.`;
    return { ...problem(401, 'unauthenticated', detail), page: signInPage(params.id, body.link, detail) };
  }
  const cookie = await beginSession(services, verdict.token);
  return { ...seeGate(params.id, body.link), cookies: [cookie] };
}

async function decide(call: FormCall<DecisionForm>, services: HttpServices): Promise<Reply> {
  const { params, body, headers, url } = call;
  if (!isSameOrigin(services, headers, url)) return FOREIGN_FORM();
  const refusal = await refuseLink(services, params.id, body.link);
  if (refusal !== null) return refusal;
  const signedIn = await readSession(services, headers);
  if (signedIn === null) {
    const detail = 'You are not signed in, or no longer. Nothing was recorded.';
    return { ...problem(401, 'unauthenticated', detail), page: signInPage(params.id, body.link, detail) };
  }
  if (!isCsrfToken(signedIn, params.id, body.csrf)) return FOREIGN_FORM();
  const answered = await recordAnswer(params.id, body, signedIn, services);
  const failure = problemIn(answered);
  if (failure === null) return answered;
  const failed = { message: failure.detail, typed: { ...body } };
  return { ...answered, page: await viewGate(services.ledger, params.id, body.link, signedIn, failed) };
}

/** An empty field of a form is one that was left out. */
async function recordAnswer(
  gateId: string,
  { link, choice, reason, evidence, planHash }: DecisionForm,
  { principal }: SignedIn,
  { ledger }: HttpServices,
): Promise<Reply> {
  const filled = Object.entries({ choice, reason, evidence, planHash }).filter(([, text]) => text !== '');
  const answer = checkInput(GateAnswerInput, Object.fromEntries(filled), '');
  if (!answer.ok) return answer.reply;
  const answered = await answerGate(ledger, principal, gateId, answer.value);
  return answered.kind === 'answered' ? seeGate(gateId, link) : refusedAnswer(answered);
}

/**
 * A page for the person behind a card's button. Its link opens the page and nothing else; a token says who is there; only the
 * POST of its own form, with its CSRF token, decides. Reading it, by people or by programs that follow links, changes nothing.
 */
export const decisionPageRoutes = [
  route({
    operation: 'showDecisionPage',
    method: 'GET',
    path: 'gates/{id}/decide',
    summary: 'The decision page of a gate; asks for sign-in first.',
    access: { kind: 'anonymous' },
    params: Id,
    query: z.object({ link: Link }),
    responses: { 200: { description: 'A page for people.', schema: 'html' } },
    refusals: [403, 410],
    page: problemPage,
    handle: async ({ params, query, headers }, services) => {
      const refusal = await refuseLink(services, params.id, query.link);
      if (refusal !== null) return refusal;
      const signedIn = await readSession(services, headers);
      if (signedIn === null) return page(signInPage(params.id, query.link));
      return page(await viewGate(services.ledger, params.id, query.link, signedIn));
    },
  }),
  route({
    operation: 'signInToDecide',
    method: 'POST',
    path: 'gates/{id}/sign-in',
    summary: 'Signs a browser in with a token, for half an hour.',
    access: { kind: 'anonymous' },
    params: Id,
    query: z.object({}),
    body: { schema: SignInForm, consumes: 'form' },
    responses: { 303: { description: 'Signed in; back to the page.', schema: null } },
    refusals: [401, 403, 410],
    page: problemPage,
    handle: signIn,
  }),
  route({
    operation: 'decideOnPage',
    method: 'POST',
    path: 'gates/{id}/decide',
    summary: 'Records the decision made on the page.',
    access: { kind: 'anonymous' },
    params: Id,
    query: z.object({}),
    body: { schema: DecisionForm, consumes: 'form' },
    responses: { 303: { description: 'Recorded; back to the page.', schema: null } },
    refusals: [401, 403, 409, 410],
    page: problemPage,
    handle: decide,
  }),
];
