import { z } from 'zod';
import { issuerOf, type EntraTenant } from './entra-tenant';

const TIMEOUT_MS = 10_000;
/** Addresses do not change; what is kept this long is only ever replaced by the same. */
const KEPT_MS = 24 * 3_600_000;

const Discovery = z.object({
  issuer: z.string(),
  jwks_uri: z.url(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
});

export interface EntraEndpoints {
  readonly keys: URL;
  readonly authorize: URL;
  readonly token: URL;
}

/**
 * The tenant's addresses (OpenID Connect Discovery 1.0), read once a day. Throws where they cannot be had, where they are another
 * tenant's, or where one of them lies outside the authority.
 */
export function entraEndpoints(
  tenant: EntraTenant,
  now: () => Date = () => new Date(),
): () => Promise<EntraEndpoints> {
  let kept: { readonly endpoints: Promise<EntraEndpoints>; readonly untilMs: number } | null = null;
  return () => {
    const nowMs = now().getTime();
    if (kept !== null && nowMs < kept.untilMs) return kept.endpoints;
    const mine = { endpoints: discover(tenant), untilMs: nowMs + KEPT_MS };
    kept = mine;
    // A failure is told to those who wait for it, and not kept.
    mine.endpoints.catch(() => {
      if (kept === mine) kept = null;
    });
    return mine.endpoints;
  };
}

async function discover(tenant: EntraTenant): Promise<EntraEndpoints> {
  const address = `${issuerOf(tenant)}/.well-known/openid-configuration`;
  const response = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  const found = Discovery.parse(await response.json());
  if (found.issuer !== issuerOf(tenant)) throw new Error(`${address} names another issuer: ${found.issuer}`);
  return {
    keys: within(tenant, found.jwks_uri),
    authorize: within(tenant, found.authorization_endpoint),
    token: within(tenant, found.token_endpoint),
  };
}

function within({ authority }: EntraTenant, address: string): URL {
  const url = new URL(address);
  if (url.origin === new URL(authority).origin) return url;
  throw new Error(`${url.origin} is not the authority ${authority}`);
}
