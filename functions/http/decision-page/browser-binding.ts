import type { Cookie } from '@azure/functions';
import { createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { Gate } from '../../../shared/contracts/gate';
import { equalSecrets } from '../edge/access-tokens';
import type { HttpServices } from '../services';
import { Link } from './link';

const COOKIE = 'causeway_sign_in';
const PATH = '/api/sign-in';
/** As long as a person may take at the identity provider. */
const LASTS_SECONDS = 10 * 60;

const Destination = z.object({ gateId: Gate.shape.id, link: Link });
/** The page that somebody was on their way to. */
export type Destination = z.infer<typeof Destination>;

/**
 * What ties a sign-in to the browser that began it (RFC 6749, 10.12): one random secret in a cookie, from which everything else
 * follows. Nothing is stored, so that beginning a sign-in changes nothing; nobody without the cookie can finish one.
 */
export interface BrowserBinding {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

const derive = (secret: string, what: string): string =>
  createHmac('sha256', secret).update(`sign-in/1:${what}`).digest('base64url');

const bindingOf = (secret: string, payload: string): BrowserBinding => ({
  state: `${payload}.${derive(secret, `state:${payload}`)}`,
  nonce: derive(secret, 'nonce'),
  codeVerifier: derive(secret, 'code-verifier'),
});

/** Ties a new sign-in to a browser. */
export function bindBrowser(
  { settings }: Pick<HttpServices, 'settings'>,
  destination: Destination,
): { readonly binding: BrowserBinding; readonly cookie: Cookie } {
  const secret = randomBytes(32).toString('base64url');
  const payload = Buffer.from(JSON.stringify(destination)).toString('base64url');
  return { binding: bindingOf(secret, payload), cookie: cookieOf(settings, secret, LASTS_SECONDS) };
}

/** The sign-in that this browser began and this state names; null for any other. */
export function readBinding(
  headers: Headers,
  state: string,
): { readonly binding: BrowserBinding; readonly destination: Destination } | null {
  const secret = new RegExp(`(?:^|; *)${COOKIE}=([A-Za-z0-9_-]{43})(?:;|$)`).exec(
    headers.get('cookie') ?? '',
  )?.[1];
  if (secret === undefined) return null;
  const [payload = ''] = state.split('.');
  const binding = bindingOf(secret, payload);
  if (!equalSecrets(binding.state, state)) return null;
  const destination = Destination.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  return { binding, destination };
}

/** A sign-in is finished once. */
export const forgetBinding = ({ settings }: Pick<HttpServices, 'settings'>): Cookie =>
  cookieOf(settings, '', 0);

const cookieOf = (settings: HttpServices['settings'], value: string, maxAge: number): Cookie => ({
  name: COOKIE,
  value,
  path: PATH,
  maxAge,
  httpOnly: true,
  sameSite: 'Strict',
  secure: settings.publicUrl().startsWith('https:'),
});
