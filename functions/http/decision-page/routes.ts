import { z } from 'zod';
import { Gate, GateAnswerInput } from '../../../shared/contracts/gate';
import { answerGate } from '../../../shared/ledger/gates';
import { checkInput } from '../edge/check-input';
import { verifyOwnToken } from '../edge/own-token';
import { problemPage } from '../edge/page-frame';
import { problem, problemIn, type Reply } from '../edge/reply';
import { route, type Call } from '../edge/route';
import { refusedAnswer } from '../gate-refusals';
import type { HttpServices } from '../services';
import { Link, refuseLink, seeGate } from './link';
import { beginSession, isCsrfToken, readSession, type SignedIn } from './page-session';
import { FOREIGN_FORM, isSameOrigin } from './same-origin';
import { signInPage } from './sign-in-page';
import { accountSignInRoutes } from './account-sign-in';
import { viewGate } from './view-gate';

const Id = z.object({ id: Gate.shape.id });
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

async function signIn(call: FormCall<z.infer<typeof SignInForm>>, services: HttpServices): Promise<Reply> {
  const { params, body, headers, url } = call;
  if (!isSameOrigin(services, headers, url)) return FOREIGN_FORM();
  const refusal = await refuseLink(services, params.id, body.link);
  if (refusal !== null) return refusal;
  const verdict = await verifyOwnToken(services, body.token.trim());
  if (verdict.kind === 'invalid') {
    const { detail } = verdict;
    const shown = signInPage(services, params.id, body.link, detail);
    return { ...problem(401, 'unauthenticated', detail), page: shown };
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
    const shown = signInPage(services, params.id, body.link, detail);
    return { ...problem(401, 'unauthenticated', detail), page: shown };
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
      if (signedIn === null) return page(signInPage(services, params.id, query.link));
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
  ...accountSignInRoutes,
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
