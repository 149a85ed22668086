/**
 * The endpoint where an App Service or Function app fetches tokens of its managed identity (API version 2019-08-01), as the identity
 * SDK asks it. Its tokens are random texts that only stand-ins asking `isGenuine` know; it doesn't prove Entra ID's tokens, roles,
 * or that an identity was assigned.
 */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ManagedIdentity {
  readonly clientId: string;
  /** What the platform would set for the process. */
  readonly environment: Readonly<Record<string, string>>;
  /** A token given out for that resource, such as `https://vault.azure.net`. */
  isGenuine(token: string, resource: string): boolean;
  readonly requests: () => number;
  close(): Promise<void>;
}

const HOURS_24_S = 86_400;

export async function startManagedIdentity(): Promise<ManagedIdentity> {
  const clientId = '11111111-2222-4333-8444-555555555555';
  const secret = randomBytes(16).toString('hex');
  const resources = new Map<string, string>();
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const resource = searchParams.get('resource') ?? '';
    const refused =
      request.headers['x-identity-header'] !== secret ||
      searchParams.get('client_id') !== clientId ||
      resource === '';
    if (refused) return void response.writeHead(400).end(JSON.stringify({ statusCode: 400, message: 'No' }));
    const token = randomBytes(24).toString('base64url');
    resources.set(token, resource.replace(/\/+$/, ''));
    const expires_on = String(Math.floor(Date.now() / 1000) + HOURS_24_S);
    response.writeHead(200, { 'content-type': 'application/json' }).end(
      JSON.stringify({
        access_token: token,
        client_id: clientId,
        expires_on,
        resource,
        token_type: 'Bearer',
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    clientId,
    environment: {
      AZURE_CLIENT_ID: clientId,
      IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/msi/token`,
      IDENTITY_HEADER: secret,
    },
    isGenuine: (token, resource) => resources.get(token) === resource,
    requests: () => requests,
    close: () => new Promise((resolve) => server.close(() => resolve()).closeAllConnections()),
  };
}
