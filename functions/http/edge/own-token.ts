import type { AccessToken, Principal } from '../../../shared/contracts/principal';
import { accessTokenType, TOKENS_PARTITION } from '../../../shared/ledger/documents';
import { nowIso } from '../../../shared/ledger/ledger';
import type { HttpServices } from '../services';
import { equalSecrets, hashSecret, idOfHash, isTokenShaped } from './access-tokens';

export type OwnTokenVerdict =
  | { readonly kind: 'valid'; readonly principal: Principal; readonly token: AccessToken }
  | { readonly kind: 'invalid'; readonly detail: string };

const invalid = (detail: string): OwnTokenVerdict => ({ kind: 'invalid', detail });

/** Whose token of our own this is, as of now. The stored hash is compared in constant time. */
export async function verifyOwnToken(services: HttpServices, text: string): Promise<OwnTokenVerdict> {
  if (!isTokenShaped(text)) return invalid('This is no token.');
  if (!services.identity.ownTokens) return invalid('Tokens that begin with cw_ do not count here.');
  const hash = hashSecret(text);
  const stored = await services.ledger.store.read(accessTokenType, TOKENS_PARTITION, idOfHash(hash));
  if (stored === null || !equalSecrets(stored.body.hash, hash)) return invalid('Nobody has this token.');
  return tokenInForce(stored.body, nowIso(services.ledger));
}

export function tokenInForce(token: AccessToken, now: string): OwnTokenVerdict {
  if (token.revokedAt !== null) return invalid('This token was revoked.');
  if (token.expiresAt <= now) return invalid('This token has expired.');
  return { kind: 'valid', principal: token.principal, token };
}
