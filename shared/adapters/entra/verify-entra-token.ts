import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { MigrationError } from '../../contracts/errors';
import type { EntraEndpoints } from './entra-endpoints';
import { issuerOf, type EntraTenant } from './entra-tenant';

/** How far the authority's clock may be from ours. */
const SKEW_SECONDS = 60;
/** How long known keys serve without being read again; an unknown key is looked for at once. */
const KEYS_KEPT_MS = 12 * 3_600_000;
/** Unknown keys are looked for at most this often: nobody can make us flood the authority with invented ones. */
export const KEY_COOLDOWN_MS = 30_000;

/** Neither `none` nor anything symmetric: a public key must never serve as a shared secret. */
const ALGORITHMS = ['RS256' as const];

/** Trouble with the key set itself, as opposed to the token. */
const KEY_TROUBLE = new Set(['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID']);

export type ClaimsVerdict =
  | { readonly kind: 'claims'; readonly payload: JWTPayload }
  | { readonly kind: 'invalid'; readonly detail: string };

export interface Expected {
  readonly audience: readonly string[];
  readonly now: Date;
}

/** The tenant's signing keys, found by discovery when first needed. */
export function signingKeys(
  endpoints: () => Promise<EntraEndpoints>,
  cooldownMs: number,
): () => Promise<JWTVerifyGetKey> {
  let known: { readonly href: string; readonly keys: JWTVerifyGetKey } | null = null;
  return async () => {
    const { keys: address } = await endpoints();
    if (known?.href !== address.href) {
      const options = { cooldownDuration: cooldownMs, cacheMaxAge: KEYS_KEPT_MS };
      known = { href: address.href, keys: createRemoteJWKSet(address, options) };
    }
    return known.keys;
  };
}

/**
 * Checks signature, algorithm, issuer, audience and times; what the claims mean is not asked here. Throws `identity-unavailable`
 * where the keys cannot be read.
 */
export async function verifySigned(
  tenant: EntraTenant,
  keys: () => Promise<JWTVerifyGetKey>,
  token: string,
  { audience, now }: Expected,
): Promise<ClaimsVerdict> {
  try {
    const { payload } = await jwtVerify(token, await keys(), {
      algorithms: ALGORITHMS,
      issuer: issuerOf(tenant),
      audience: [...audience],
      clockTolerance: SKEW_SECONDS,
      currentDate: now,
      requiredClaims: ['exp', 'nbf', 'iat', 'tid', 'oid', 'ver'],
    });
    return { kind: 'claims', payload };
  } catch (error) {
    if (isTrouble(error)) throw unavailable(error);
    return { kind: 'invalid', detail: reasonOf(error) };
  }
}

export const unavailable = (cause: unknown): MigrationError =>
  new MigrationError('identity-unavailable', 'the identity provider does not answer now', { cause });

const isTrouble = (error: unknown): boolean =>
  !(error instanceof errors.JOSEError) || KEY_TROUBLE.has(error.code);

/** The words are ours: the library's may come to hold parts of a token. */
function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'The token has expired.';
  if (error instanceof errors.JWTClaimValidationFailed)
    return CLAIMS[error.claim] ?? `The claim ${error.claim} is not right.`;
  if (error instanceof errors.JOSEAlgNotAllowed) return 'The token is not signed with RS256.';
  if (error instanceof errors.JWKSNoMatchingKey) return 'No key of the tenant signed this token.';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'The signature of the token is wrong.';
  return 'This is no token.';
}

const CLAIMS: Readonly<Record<string, string>> = {
  aud: 'The token is for another service.',
  iss: 'The token is from another issuer, or of version 1.0.',
  nbf: 'The token is not valid yet.',
};
