import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { TokenCredential } from '@azure/core-auth';
import { refuse } from './cosmos-reply';

/** Checks who asks: the account's key, or a token that this account's credential gave out. */
export class CosmosAuth {
  readonly #tokens = new Map<string, { readonly scope: string; readonly expiresAt: number }>();

  constructor(
    private readonly key: string,
    private readonly endpoint: () => string,
  ) {}

  /** Stands for a managed identity with the data contributor role. It proves nothing about Entra ID. */
  credential(lifetimeMs = 3_600_000): TokenCredential {
    return {
      getToken: async (scopes) => {
        const token = `token-${randomUUID()}`;
        const expiresOnTimestamp = Date.now() + lifetimeMs;
        this.#tokens.set(token, { scope: [scopes].flat().join(' '), expiresAt: expiresOnTimestamp });
        return { token, expiresOnTimestamp };
      },
    };
  }

  /** Gives how the caller proved himself; refuses with 401 as the service does. */
  check(request: IncomingMessage, segments: readonly string[]): 'key' | 'token' {
    const header = decodeURIComponent(request.headers.authorization ?? '');
    const [, type = '', signature = ''] = /^type=(master|aad)&ver=1\.0&sig=(.+)$/.exec(header) ?? [];
    if (type === 'master') return this.#checkKey(request, segments, signature);
    if (type === 'aad') return this.#checkToken(signature);
    return refuse(401, 'Required Header authorization is missing or malformed.');
  }

  #checkKey(request: IncomingMessage, segments: readonly string[], signature: string): 'key' {
    const date = String(request.headers['x-ms-date'] ?? '');
    if (Math.abs(Date.now() - Date.parse(date)) > 15 * 60_000 || date === '')
      return refuse(403, 'The authorization token is not valid at the current time.');
    const isResource = segments.length % 2 === 0;
    const type = segments.at(isResource ? -2 : -1) ?? '';
    const link = segments.slice(0, isResource ? undefined : -1).join('/');
    const text = `${request.method?.toLowerCase()}\n${type}\n${link}\n${date.toLowerCase()}\n\n`;
    const expected = createHmac('sha256', Buffer.from(this.key, 'base64')).update(text).digest();
    const given = Buffer.from(signature, 'base64');
    if (given.length === expected.length && timingSafeEqual(given, expected)) return 'key';
    return refuse(
      401,
      `The MAC signature found in the HTTP request is not the same as the computed one: ${text}`,
    );
  }

  #checkToken(signature: string): 'token' {
    const token = this.#tokens.get(signature);
    if (token === undefined || token.expiresAt <= Date.now())
      return refuse(401, 'The given token is unknown or has expired.');
    if (token.scope === `${this.endpoint().replace(/\/$/, '')}/.default`) return 'token';
    return refuse(401, `The token is for ${token.scope}, not for this account.`);
  }
}
