import type { Principal, Role } from '../../../shared/contracts/principal';
import type { IdentityVerdict } from '../../../shared/ports/identity-provider';
import type { HttpServices } from '../services';
import { isTokenShaped } from './access-tokens';
import { verifyOwnToken, type OwnTokenVerdict } from './own-token';
import { passed, problem, refused, type Checked } from './reply';

const PLATFORM_HEADER = 'x-ms-client-principal';
const FORGED = 'X-MS-CLIENT-PRINCIPAL proves nothing here: no platform wrote it.';

type Verdict = IdentityVerdict | OwnTokenVerdict;

/**
 * Who a token speaks for: one of our own by its shape, else of the identity provider. Throws `identity-unavailable` where that does
 * not answer.
 */
async function verifyToken(services: HttpServices, token: string): Promise<Verdict> {
  if (isTokenShaped(token)) return verifyOwnToken(services, token);
  const { provider } = services.identity;
  return provider === null ? verifyOwnToken(services, token) : provider.verifyToken(token);
}

/**
 * The caller behind the Authorization header, or behind the header that a platform which signs people in writes; else 401 with the
 * challenge (RFC 6750), or 403 for an account that has no role.
 */
export async function authenticate(services: HttpServices, headers: Headers): Promise<Checked<Principal>> {
  const header = headers.get('authorization');
  if (header !== null) {
    const token = /^bearer +(\S+)$/i.exec(header.trim())?.[1];
    if (token === undefined)
      return unauthenticated('The Authorization header must be: Bearer <token>.', true);
    return toChecked(await verifyToken(services, token));
  }
  const platform = headers.get(PLATFORM_HEADER);
  if (platform === null) return unauthenticated('Send a token: Authorization: Bearer <token>.', false);
  const { provider } = services.identity;
  return toChecked(provider?.readPlatformHeader(platform) ?? { kind: 'invalid', detail: FORGED });
}

/** 403 naming the roles that may, where the caller has none of them. */
export function authorise(principal: Principal, roles: readonly Role[]): Checked<Principal> {
  if (roles.some((role) => principal.roles.includes(role))) return passed(principal);
  const who = principal.displayName ?? principal.name;
  const detail = `This needs the role ${roles.join(' or ')}; ${who} has ${principal.roles.join(', ')}.`;
  return refused(problem(403, 'forbidden', detail));
}

function toChecked(verdict: Verdict): Checked<Principal> {
  switch (verdict.kind) {
    case 'valid':
      return passed(verdict.principal);
    case 'powerless':
      return refused(problem(403, 'forbidden', verdict.detail));
    case 'invalid':
      return unauthenticated(verdict.detail, true);
  }
}

function unauthenticated(detail: string, sent: boolean) {
  const error = sent ? `, error="invalid_token", error_description="${quotable(detail)}"` : '';
  const challenge = `Bearer realm="causeway"${error}`;
  return refused(problem(401, 'unauthenticated', detail, { headers: { 'www-authenticate': challenge } }));
}

/** What an error_description may hold. */
const quotable = (text: string): string => text.replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, ' ');
