import type { AccessToken, Principal, Role } from '../../../shared/contracts/principal';
import { accessTokenType, TOKENS_PARTITION } from '../../../shared/ledger/documents';
import { nowIso } from '../../../shared/ledger/ledger';
import type { HttpServices } from '../services';
import { equalSecrets, hashSecret, idOfHash, isTokenShaped } from './access-tokens';
import { passed, problem, refused, type Checked } from './reply';

type Reason = 'missing' | 'malformed' | 'unknown' | 'expired' | 'revoked';

const DETAIL: Readonly<Record<Reason, string>> = {
  missing: 'Send a token: Authorization: Bearer cw_…',
  malformed: 'The Authorization header must be: Bearer cw_…',
  unknown: 'Nobody has this token.',
  expired: 'This token has expired.',
  revoked: 'This token was revoked.',
};

export type TokenVerdict =
  | { readonly kind: 'valid'; readonly token: AccessToken }
  | { readonly kind: 'invalid'; readonly reason: Reason };

/** Whose token this is, as of now. The stored hash is compared in constant time. */
export async function verifyToken(services: HttpServices, text: string): Promise<TokenVerdict> {
  if (!isTokenShaped(text)) return { kind: 'invalid', reason: 'malformed' };
  const hash = hashSecret(text);
  const stored = await services.ledger.store.read(accessTokenType, TOKENS_PARTITION, idOfHash(hash));
  if (stored === null || !equalSecrets(stored.body.hash, hash)) return { kind: 'invalid', reason: 'unknown' };
  return tokenInForce(stored.body, nowIso(services.ledger));
}

export function tokenInForce(token: AccessToken, now: string): TokenVerdict {
  if (token.revokedAt !== null) return { kind: 'invalid', reason: 'revoked' };
  return token.expiresAt <= now ? { kind: 'invalid', reason: 'expired' } : { kind: 'valid', token };
}

/** The caller behind the Authorization header, or 401 with the challenge (RFC 6750). */
export async function authenticate(services: HttpServices, headers: Headers): Promise<Checked<Principal>> {
  const header = headers.get('authorization');
  if (header === null) return unauthenticated('missing');
  const text = /^bearer +(\S+)$/i.exec(header.trim())?.[1] ?? '';
  const verdict = await verifyToken(services, text);
  return verdict.kind === 'valid' ? passed(verdict.token.principal) : unauthenticated(verdict.reason);
}

/** 403 naming the roles that may, where the caller has none of them. */
export function authorise(principal: Principal, roles: readonly Role[]): Checked<Principal> {
  if (roles.some((role) => principal.roles.includes(role))) return passed(principal);
  const detail = `This needs the role ${roles.join(' or ')}; ${principal.name} has ${principal.roles.join(', ')}.`;
  return refused(problem(403, 'forbidden', detail));
}

function unauthenticated(reason: Reason) {
  const error = reason === 'missing' ? '' : `, error="invalid_token", error_description="${DETAIL[reason]}"`;
  const challenge = `Bearer realm="causeway"${error.replace('…', '...')}`;
  return refused(
    problem(401, 'unauthenticated', DETAIL[reason], { headers: { 'www-authenticate': challenge } }),
  );
}
