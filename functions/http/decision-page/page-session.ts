import type { Cookie } from '@azure/functions';
import { createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { AccessToken, Principal } from '../../../shared/contracts/principal';
import { StoredInstant } from '../../../shared/contracts/primitives';
import { accessTokenType, TOKENS_PARTITION } from '../../../shared/ledger/documents';
import { nowIso } from '../../../shared/ledger/ledger';
import { create, type DocumentType } from '../../../shared/ports/store';
import { equalSecrets, hashSecret } from '../edge/access-tokens';
import { tokenInForce } from '../edge/own-token';
import { sweepExpired } from '../edge/sweep-expired';
import type { HttpServices } from '../services';

const COOKIE = 'causeway_session';
const COOKIE_PATH = '/api/gates';
const LASTS_MS = 30 * 60_000;
const PARTITION = 'page-sessions';

/**
 * A browser that signed in, with a token of ours or with an account elsewhere. Id = hash of the cookie's secret, which is kept
 * nowhere.
 */
export const PageSession = z.union([
  z.object({
    tokenId: AccessToken.shape.id,
    tokenHash: AccessToken.shape.hash,
    expiresAt: StoredInstant,
  }),
  z.object({ principal: Principal, expiresAt: StoredInstant }),
]);
export type PageSession = z.infer<typeof PageSession>;

export const pageSessionType: DocumentType<PageSession> = {
  name: 'page-session',
  schema: PageSession,
  index: (session) => ({ expires: session.expiresAt }),
};

/** Who is signed in, and the secret that their forms must prove to come from them. */
export interface SignedIn {
  readonly principal: Principal;
  readonly secret: string;
}

/** Who a session is for, and how long their proof lasts. */
export type SessionOwner = AccessToken | { readonly account: Principal; readonly expiresAt: string };

/** Begins a session and answers its cookie; sessions long over are swept out on the way. */
export async function beginSession(services: HttpServices, owner: SessionOwner): Promise<Cookie> {
  const { store, clock } = services.ledger;
  await sweepExpired(services.ledger, pageSessionType);
  const secret = randomBytes(32).toString('base64url');
  const expires = new Date(Math.min(clock.now().getTime() + LASTS_MS, Date.parse(owner.expiresAt)));
  const proof =
    'account' in owner ? { principal: owner.account } : { tokenId: owner.id, tokenHash: owner.hash };
  const session: PageSession = { ...proof, expiresAt: expires.toISOString() };
  await store.commit(PARTITION, [create(pageSessionType, hashSecret(secret), session)]);
  return {
    name: COOKIE,
    value: secret,
    path: COOKIE_PATH,
    maxAge: LASTS_MS / 1_000,
    httpOnly: true,
    sameSite: 'Strict',
    secure: services.settings.publicUrl().startsWith('https:'),
  };
}

/**
 * The session behind a request's cookie. It ends with its time, and at once when its token ends; what becomes of an account
 * elsewhere in that half hour is not seen.
 */
export async function readSession(services: HttpServices, headers: Headers): Promise<SignedIn | null> {
  const secret = new RegExp(`(?:^|; *)${COOKIE}=([A-Za-z0-9_-]{43})(?:;|$)`).exec(
    headers.get('cookie') ?? '',
  )?.[1];
  if (secret === undefined) return null;
  const { store } = services.ledger;
  const session = await store.read(pageSessionType, PARTITION, hashSecret(secret));
  const now = nowIso(services.ledger);
  if (session === null || session.body.expiresAt <= now) return null;
  if ('principal' in session.body) return { principal: session.body.principal, secret };
  if (!services.identity.ownTokens) return null;
  const token = await store.read(accessTokenType, TOKENS_PARTITION, session.body.tokenId);
  if (token === null || token.body.hash !== session.body.tokenHash) return null;
  const verdict = tokenInForce(token.body, now);
  return verdict.kind === 'valid' ? { principal: verdict.principal, secret } : null;
}

/** Proves that a form for this gate was shown to this session: it cannot be had without the cookie's secret. */
export const csrfToken = ({ secret }: SignedIn, gateId: string): string =>
  createHmac('sha256', secret).update(`csrf/1:${gateId}`).digest('base64url');

export const isCsrfToken = (signedIn: SignedIn, gateId: string, given: string): boolean =>
  equalSecrets(given, csrfToken(signedIn, gateId));
