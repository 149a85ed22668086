import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../ports/clock';
import type { IdentityProvider, IdentityVerdict, SignInRequest } from '../../ports/identity-provider';
import { entraEndpoints, type EntraEndpoints } from './entra-endpoints';
import type { EntraTenant } from './entra-tenant';
import { readClientPrincipal } from './platform-header';
import { AccountClaims, principalOfClaims } from './principal-of-claims';
import { redeemCode, type ClientAssertion } from './redeem-code';
import {
  KEY_COOLDOWN_MS,
  signingKeys,
  unavailable,
  verifySigned,
  type ClaimsVerdict,
} from './verify-entra-token';

/** What a person must have consented to: App Service's own name for it, which portals and `az` propose too. */
const SCOPE = 'user_impersonation';

const TokenClaims = AccountClaims.extend({
  ver: z.literal('2.0'),
  exp: z.number(),
  sub: z.string().optional(),
  scp: z.string().optional(),
  idtyp: z.string().optional(),
  nonce: z.string().optional(),
});
type TokenClaims = z.infer<typeof TokenClaims>;

export interface EntraOptions {
  readonly tenant: EntraTenant;
  readonly clock: Clock;
  /** Whether App Service authentication stands before the application, so that its header can be believed. */
  readonly behindPlatform: boolean;
  /** Null: the application is registered as a public client. */
  readonly assertion: ClientAssertion | null;
  readonly keyCooldownMs?: number;
}

const invalid = (detail: string): IdentityVerdict => ({ kind: 'invalid', detail });

/** Microsoft Entra ID, one application in one tenant. */
export class EntraIdentity implements IdentityProvider {
  readonly #endpoints: () => Promise<EntraEndpoints>;
  readonly #keys;

  constructor(private readonly options: EntraOptions) {
    const now = () => options.clock.now();
    this.#endpoints = entraEndpoints(options.tenant, now);
    this.#keys = signingKeys(this.#endpoints, options.keyCooldownMs ?? KEY_COOLDOWN_MS);
  }

  async verifyToken(token: string): Promise<IdentityVerdict> {
    const { tenant } = this.options;
    const read = claimsOf(await this.#verify(token, tenant.audiences));
    if (read.kind !== 'claims') return read;
    const { claims } = read;
    const isProgram = isApplication(claims);
    if (!isProgram && claims.idtyp === 'app')
      return invalid('The token says that it is a program’s, and is not one that a program got for itself.');
    if (!isProgram && !(claims.scp ?? '').split(' ').includes(SCOPE)) {
      return invalid(`The token has not the scope ${SCOPE}: an access token for this service is needed.`);
    }
    return this.#account(claims, isProgram);
  }

  readPlatformHeader(header: string): IdentityVerdict {
    const { behindPlatform, tenant, clock } = this.options;
    if (behindPlatform) return readClientPrincipal(tenant, header, clock.now());
    return invalid('X-MS-CLIENT-PRINCIPAL proves nothing here: no platform wrote it.');
  }

  async signInUrl({ redirectUri, state, nonce, codeVerifier }: SignInRequest): Promise<string> {
    const url = new URL((await reach(this.#endpoints())).authorize);
    const parameters = {
      client_id: this.options.tenant.clientId,
      response_type: 'code',
      response_mode: 'query',
      redirect_uri: redirectUri,
      scope: 'openid profile',
      state,
      nonce,
      code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
      code_challenge_method: 'S256',
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return url.href;
  }

  async finishSignIn(request: Omit<SignInRequest, 'state'>, code: string): Promise<IdentityVerdict> {
    const { tenant, assertion } = this.options;
    const redeemed = await reach(
      this.#endpoints().then(({ token }) => redeemCode(tenant, token, request, code, assertion)),
    );
    if (redeemed.kind === 'refused') return invalid(`The identity provider refused: ${redeemed.error}.`);
    const read = claimsOf(await this.#verify(redeemed.idToken, [tenant.clientId]));
    if (read.kind !== 'claims') return read;
    if (read.claims.nonce !== request.nonce) return invalid('The sign-in was begun somewhere else.');
    return this.#account(read.claims, false);
  }

  #verify(token: string, audience: readonly string[]): Promise<ClaimsVerdict> {
    const { tenant, clock } = this.options;
    return verifySigned(tenant, this.#keys, token, { audience, now: clock.now() });
  }

  #account(claims: TokenClaims, isProgram: boolean): IdentityVerdict {
    const verdict = principalOfClaims(this.options.tenant, claims, isProgram);
    if (verdict.kind !== 'account') return verdict;
    const expiresAt = new Date(claims.exp * 1_000).toISOString();
    return { kind: 'valid', principal: verdict.principal, expiresAt };
  }
}

const reach = <T>(answer: Promise<T>): Promise<T> =>
  answer.catch((error: unknown) => {
    throw unavailable(error);
  });

/**
 * Whether a program got this token for itself. It has no scope, names the client it was issued to, and is about that client's own
 * service principal: an ID token, which has no scope either, never is.
 */
const isApplication = ({ scp, azp, sub, oid, idtyp, nonce }: TokenClaims): boolean =>
  scp === undefined &&
  nonce === undefined &&
  azp !== undefined &&
  sub?.toLowerCase() === oid &&
  (idtyp ?? 'app') === 'app';

function claimsOf(
  verdict: ClaimsVerdict,
): Exclude<ClaimsVerdict, { kind: 'claims' }> | { readonly kind: 'claims'; readonly claims: TokenClaims } {
  if (verdict.kind !== 'claims') return verdict;
  const parsed = TokenClaims.safeParse(verdict.payload);
  return parsed.success
    ? { kind: 'claims', claims: parsed.data }
    : { kind: 'invalid', detail: 'The token lacks claims of a version 2.0 token.' };
}
