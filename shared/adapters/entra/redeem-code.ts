import { z } from 'zod';
import type { SignInRequest } from '../../ports/identity-provider';
import type { EntraTenant } from './entra-tenant';

const TIMEOUT_MS = 10_000;
const Tokens = z.object({ id_token: z.string() });
const Refusal = z.object({ error: z.string().regex(/^[a-z_]{1,60}$/) });

/** Proves that it is this application which redeems a code, without a secret of its own (RFC 7523): a token of its managed identity. */
export type ClientAssertion = () => Promise<string>;

export type Redeemed =
  | { readonly kind: 'redeemed'; readonly idToken: string }
  | { readonly kind: 'refused'; readonly error: string };

/** Redeems an authorization code for an ID token. Throws where the authority does not answer, or has trouble of its own. */
export async function redeemCode(
  { clientId }: EntraTenant,
  endpoint: URL,
  { redirectUri, codeVerifier }: Pick<SignInRequest, 'redirectUri' | 'codeVerifier'>,
  code: string,
  assertion: ClientAssertion | null,
): Promise<Redeemed> {
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: clientId,
    code,
    redirect_uri: redirectUri,
    code_verifier: codeVerifier,
    scope: 'openid profile',
  });
  if (assertion !== null) {
    form.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    form.set('client_assertion', await assertion());
  }
  const response = await fetch(endpoint, {
    method: 'POST',
    body: form,
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.status >= 500 || response.status === 429)
    throw new Error(`${endpoint.href} answered ${response.status}`);
  const answer: unknown = await response.json();
  if (response.ok) return { kind: 'redeemed', idToken: Tokens.parse(answer).id_token };
  const refusal = Refusal.safeParse(answer);
  return { kind: 'refused', error: refusal.success ? refusal.data.error : 'unknown' };
}
