/**
 * A Key Vault that gives out secrets: HTTPS with a certificate of its own, the challenge that names tenant and resource, tokens
 * checked, names without regard to case, the service's error bodies. It doesn't prove roles, firewalls, soft delete, throttling
 * limits, or that a vault's certificate is a public one.
 */
import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { selfSignedCertificate } from '../self-signed-certificate';

export const VAULT_RESOURCE = 'https://vault.azure.net';
const TENANT = '99999999-8888-4777-8666-555555555555';

export interface VaultAnswer {
  readonly status: number;
  readonly code: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface KeyVault {
  readonly url: string;
  /** PEM of the certificate to trust. */
  readonly certificate: string;
  /** By name; a change is a new version. */
  readonly secrets: Map<string, string>;
  /** Requests with a token. */
  reads(): number;
  /** Answers the next requests with a token so, one each, instead of what was asked. */
  answerNext(...answers: readonly VaultAnswer[]): void;
  close(): Promise<void>;
}

export async function startKeyVault(isGenuine: (token: string) => boolean): Promise<KeyVault> {
  const { key, cert } = selfSignedCertificate();
  const secrets = new Map<string, string>();
  const instead: VaultAnswer[] = [];
  let reads = 0;
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const [, token] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
    if (token === undefined || !isGenuine(token)) return challenge(response);
    reads += 1;
    const next = instead.shift();
    if (next !== undefined) return refuse(response, next);
    const { pathname, searchParams, origin } = new URL(request.url ?? '/', `https://${request.headers.host}`);
    const [, name] = /^\/secrets\/([0-9A-Za-z-]{1,127})\/?$/.exec(pathname) ?? [];
    if (request.method !== 'GET' || name === undefined || !searchParams.has('api-version'))
      return refuse(response, { status: 400, code: 'BadParameter' });
    const found = [...secrets].find(([known]) => known.toLowerCase() === name.toLowerCase());
    if (found === undefined) return refuse(response, { status: 404, code: 'SecretNotFound' });
    const nowS = Math.floor(Date.now() / 1000);
    const attributes = {
      enabled: true,
      created: nowS,
      updated: nowS,
      recoveryLevel: 'Recoverable+Purgeable',
    };
    send(response, 200, { value: found[1], id: `${origin}/secrets/${found[0]}/1`, attributes });
  };
  const server = createServer({ key, cert }, answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    certificate: cert,
    secrets,
    reads: () => reads,
    answerNext: (...answers) => void instead.push(...answers),
    close: () => new Promise((resolve) => server.close(() => resolve()).closeAllConnections()),
  };
}

const challenge = (response: ServerResponse): void => {
  const authorization = `https://login.microsoftonline.com/${TENANT}`;
  const header = `Bearer authorization="${authorization}", resource="${VAULT_RESOURCE}"`;
  refuse(response, { status: 401, code: 'Unauthorized', headers: { 'www-authenticate': header } });
};

const refuse = (response: ServerResponse, { status, code, headers }: VaultAnswer): void =>
  send(response, status, { error: { code, message: `The vault says ${code}` } }, headers);

const send = (response: ServerResponse, status: number, body: unknown, headers = {}): void =>
  void response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify(body));
