import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AmqpMessage } from './received-message';

export const KEY_NAME = 'RootManageSharedAccessKey';

/** The entities a connection has put a token for. */
export class SecurityTokens {
  readonly #entities = new Set<string>();

  constructor(private readonly key: string) {}

  /** Null where the token of a `put-token` request is good, else why not. */
  put(request: AmqpMessage): string | null {
    const { operation, type, name } = request.application_properties ?? {};
    if (operation !== 'put-token') return `operation ${String(operation)} is not known`;
    const audience = String(name);
    const refusal = type === 'jwt' ? refuseJwt(request.body) : this.#refuseSignature(request.body, audience);
    if (refusal === null) this.#entities.add(entityOf(audience));
    return refusal;
  }

  covers(address: string): boolean {
    return this.#entities.has(address.toLowerCase());
  }

  #refuseSignature(body: unknown, audience: string): string | null {
    const fields = /^SharedAccessSignature (.*)$/.exec(String(body))?.[1];
    if (fields === undefined) return 'not a shared access signature';
    const {
      sr = '',
      sig = '',
      se = '',
      skn = '',
    } = Object.fromEntries(
      fields
        .split('&')
        .map((field) => [field.slice(0, field.indexOf('=')), field.slice(field.indexOf('=') + 1)]),
    ) as Record<string, string>;
    if (skn !== KEY_NAME || decodeURIComponent(sr) !== audience) return 'the signature is for something else';
    if (Number(se) * 1000 <= Date.now()) return 'the signature has expired';
    const expected = createHmac('sha256', this.key).update(`${sr}\n${se}`).digest();
    const given = Buffer.from(decodeURIComponent(sig), 'base64');
    return given.length === expected.length && timingSafeEqual(given, expected)
      ? null
      : 'the signature is wrong';
  }
}

/** The form only: what a token is worth is for Entra ID to say. */
const refuseJwt = (body: unknown): string | null =>
  /^[\w-]+\.[\w-]+\.[\w-]*$/.test(String(body)) ? null : 'not a JSON web token';

const entityOf = (audience: string): string => audience.replace(/^[a-z]+:\/\/[^/]+\//i, '').toLowerCase();
