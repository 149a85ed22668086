// A tenant of Microsoft Entra ID as a real HTTP server on loopback: OpenID Connect discovery, a key set whose keys can roll over, and
// the authorization code flow with PKCE, single-use codes and client assertions. It does not prove what Entra's own tokens hold in
// every configuration, its consent, conditional access or throttling, nor that an app registration is set up right: whoever asks
// is signed in as `person` at once.
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JWTPayload } from 'jose';
import { makeSigningKey, signToken, type SigningKey } from './token-signer';

export const TENANT_ID = '11111111-1111-4111-8111-111111111111';
export const CLIENT_ID = '22222222-2222-4222-8222-222222222222';
/** What the token endpoint takes for a managed identity's token, where it asks for one. */
export const ASSERTION = 'assertion-of-the-managed-identity';

export interface Account {
  readonly oid: string;
  readonly name: string;
  readonly roles: readonly string[];
}

interface Grant {
  readonly person: Account;
  readonly query: URLSearchParams;
}

/** One key for all servers of a test file: making one takes a second. */
const firstKey = makeSigningKey('first');

export class EntraServer {
  /** Requests by path, in order. */
  readonly requests: string[] = [];
  person: Account = { oid: randomUUID(), name: 'Ada Approver', roles: ['approver'] };
  /** Whether a code is redeemed only with the assertion. */
  confidential = false;
  /** Answers every request with this status instead. */
  failing: number | null = null;
  /** What discovery says instead. */
  discovery: Readonly<Record<string, string>> = {};
  readonly #grants = new Map<string, Grant>();
  #published: SigningKey[] = [];
  #server = createServer((request, response) => void this.#answer(request, response));

  async start(): Promise<this> {
    this.#published = [await firstKey];
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get authority(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get issuer(): string {
    return `${this.authority}/${TENANT_ID}/v2.0`;
  }

  /** The key that signs now. */
  get key(): SigningKey {
    return this.#published[0]!;
  }

  /** A new key signs; the old one stays in the set, or is withdrawn from it. */
  async rollKeys(old: 'kept' | 'withdrawn'): Promise<void> {
    const next = await makeSigningKey(`key-${randomUUID()}`);
    this.#published = old === 'kept' ? [next, ...this.#published] : [next];
  }

  /** Claims that every token of an account has. */
  claims(account: Account, nowSeconds: number): JWTPayload {
    return {
      iss: this.issuer,
      aud: CLIENT_ID,
      iat: nowSeconds,
      nbf: nowSeconds,
      exp: nowSeconds + 3_600,
      tid: TENANT_ID,
      oid: account.oid,
      sub: createHash('sha256').update(account.oid).digest('base64url'),
      name: account.name,
      roles: [...account.roles],
      ver: '2.0',
    };
  }

  /** An access token of a person. */
  personToken(account: Account, now: Date, changed: JWTPayload = {}): Promise<string> {
    const claims = this.claims(account, Math.floor(now.getTime() / 1_000));
    return signToken(this.key, { ...claims, azp: CLIENT_ID, scp: 'user_impersonation', ...changed });
  }

  /** An access token that a program got for itself. */
  programToken(account: Account, now: Date, changed: JWTPayload = {}): Promise<string> {
    const { name: _, ...claims } = this.claims(account, Math.floor(now.getTime() / 1_000));
    return signToken(this.key, { ...claims, azp: randomUUID(), sub: account.oid, ...changed });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.authority);
    this.requests.push(url.pathname);
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { status, headers = {}, json } = await this.#respond(url, new URLSearchParams(body));
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(json === undefined ? '' : JSON.stringify(json));
  }

  async #respond(url: URL, form: URLSearchParams): Promise<Response> {
    if (this.failing !== null) return { status: this.failing, json: { error: 'server_error' } };
    switch (url.pathname) {
      case `/${TENANT_ID}/v2.0/.well-known/openid-configuration`:
        return { status: 200, json: this.#discover() };
      case `/${TENANT_ID}/discovery/v2.0/keys`:
        return { status: 200, json: { keys: this.#published.map(({ publicJwk }) => publicJwk) } };
      case `/${TENANT_ID}/oauth2/v2.0/authorize`:
        return this.#authorize(url.searchParams);
      case `/${TENANT_ID}/oauth2/v2.0/token`:
        return this.#redeem(form);
      default:
        return { status: 404, json: { error: 'not_found' } };
    }
  }

  #discover(): object {
    const base = `${this.authority}/${TENANT_ID}`;
    return {
      issuer: this.issuer,
      jwks_uri: `${base}/discovery/v2.0/keys`,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      ...this.discovery,
    };
  }

  #authorize(query: URLSearchParams): Response {
    const code = randomUUID();
    this.#grants.set(code, { person: this.person, query });
    const location = new URL(query.get('redirect_uri') ?? '');
    location.searchParams.set('code', code);
    location.searchParams.set('state', query.get('state') ?? '');
    location.searchParams.set('session_state', randomUUID());
    return { status: 302, headers: { location: location.href } };
  }

  async #redeem(form: URLSearchParams): Promise<Response> {
    const code = form.get('code') ?? '';
    const grant = this.#grants.get(code);
    this.#grants.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const assertion = form.get('client_assertion');
    if (this.confidential && assertion !== ASSERTION)
      return { status: 401, json: { error: 'invalid_client' } };
    const fits =
      grant !== undefined &&
      grant.query.get('code_challenge') === challenge &&
      grant.query.get('code_challenge_method') === 'S256' &&
      grant.query.get('redirect_uri') === form.get('redirect_uri') &&
      form.get('client_id') === CLIENT_ID &&
      form.get('grant_type') === 'authorization_code';
    if (!fits) return { status: 400, json: { error: 'invalid_grant' } };
    const claims = this.claims(grant.person, Math.floor(this.now().getTime() / 1_000));
    const nonce = grant.query.get('nonce') ?? '';
    return { status: 200, json: { id_token: await signToken(this.key, { ...claims, nonce }) } };
  }

  /** The authority's clock. */
  now: () => Date = () => new Date();
}

interface Response {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: object;
}
