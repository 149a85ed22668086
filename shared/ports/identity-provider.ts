import type { Principal } from '../contracts/principal';

/** What became of a proof of who somebody is. `detail` may be shown to whoever sent it. */
export type IdentityVerdict =
  | { readonly kind: 'valid'; readonly principal: Principal; readonly expiresAt: string }
  /** Forged, not for this service, or not in force. */
  | { readonly kind: 'invalid'; readonly detail: string }
  /** Genuine, and gives no right here. */
  | { readonly kind: 'powerless'; readonly detail: string };

/** One sign-in of a browser (authorization code with PKCE, RFC 7636). */
export interface SignInRequest {
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  /** 43 to 128 unreserved characters that only the browser's own cookie and this service know. */
  readonly codeVerifier: string;
}

/**
 * Where people and programs outside Causeway have their accounts. What a caller sent is judged, never thrown for; where it cannot
 * be judged now, because the provider does not answer, every method but `readPlatformHeader` throws `identity-unavailable`.
 */
export interface IdentityProvider {
  /** Whose access token this is, as of now. */
  verifyToken(token: string): Promise<IdentityVerdict>;
  /** Who the platform in front of the application says is calling: believed only where that platform was proved to be there. */
  readPlatformHeader(header: string): IdentityVerdict;
  /** Where to send a browser to sign in. */
  signInUrl(request: SignInRequest): Promise<string>;
  /** Who came back with this code. Good once; again it is `invalid`. */
  finishSignIn(request: Omit<SignInRequest, 'state'>, code: string): Promise<IdentityVerdict>;
}
