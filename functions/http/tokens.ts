import { z } from 'zod';
import { CreatedToken, TokenInput, TokenView } from '../../shared/contracts/api';
import { MigrationError } from '../../shared/contracts/errors';
import { AccessToken } from '../../shared/contracts/principal';
import { accessTokenType, TOKENS_PARTITION } from '../../shared/ledger/documents';
import { nowIso } from '../../shared/ledger/ledger';
import { create, replace } from '../../shared/ports/store';
import { hashSecret, idOfHash, newToken } from './edge/access-tokens';
import { PageQuery, pageOf, pageRequest, toPage } from './edge/paging';
import { json, problem } from './edge/reply';
import { route, type Access } from './edge/route';

const DAY_MS = 86_400_000;
/** Who may read the data folder (or the app's keys in Azure) may say who else may what. */
const ADMINISTRATORS: Access = { kind: 'administrator' };

/** Never the hash: nobody needs it. */
const view = ({ hash: _, ...rest }: AccessToken): TokenView => rest;

export const tokenRoutes = [
  route({
    operation: 'listTokens',
    method: 'GET',
    path: 'tokens',
    summary: 'Tokens in order of id, expired and revoked ones included.',
    access: ADMINISTRATORS,
    params: z.object({}),
    query: PageQuery,
    responses: { 200: { description: 'A page of tokens.', schema: pageOf(TokenView) } },
    handle: async ({ query, url }, { ledger }) => {
      const page = await ledger.store.list(accessTokenType, TOKENS_PARTITION, pageRequest(query));
      return json(200, toPage(page, url, view));
    },
  }),
  route({
    operation: 'createToken',
    method: 'POST',
    path: 'tokens',
    summary: 'Makes a token for a person. This answer alone shows it; only its hash is kept.',
    access: ADMINISTRATORS,
    params: z.object({}),
    query: z.object({}),
    body: { schema: TokenInput, consumes: 'json' },
    responses: { 201: { description: 'The token.', schema: CreatedToken } },
    handle: async ({ body }, { ledger, identity }) => {
      if (!identity.ownTokens) return problem(409, 'own-tokens-off', 'Tokens of Causeway do not count here.');
      const token = newToken();
      const hash = hashSecret(token);
      const now = ledger.clock.now();
      const stored: AccessToken = {
        id: idOfHash(hash),
        hash,
        principal: { name: body.name, roles: [...new Set(body.roles)] },
        createdAt: now.toISOString(),
        expiresAt: new Date(now.getTime() + body.expiresInDays * DAY_MS).toISOString(),
        revokedAt: null,
      };
      await ledger.store.commit(TOKENS_PARTITION, [create(accessTokenType, stored.id, stored)]);
      return json(201, { ...view(stored), token });
    },
  }),
  route({
    operation: 'revokeToken',
    method: 'POST',
    path: 'tokens/{id}/revoke',
    summary: 'Ends a token at once. Revoked already: no change.',
    access: ADMINISTRATORS,
    params: z.object({ id: AccessToken.shape.id }),
    query: z.object({}),
    responses: { 200: { description: 'The revoked token.', schema: TokenView } },
    refusals: [404],
    handle: async ({ params }, { ledger }) => {
      const stored = await ledger.store.read(accessTokenType, TOKENS_PARTITION, params.id);
      if (stored === null) throw new MigrationError('not-found', `there is no token ${params.id}`);
      if (stored.body.revokedAt !== null) return json(200, view(stored.body));
      const revoked = { ...stored.body, revokedAt: nowIso(ledger) };
      await ledger.store.commit(TOKENS_PARTITION, [replace(accessTokenType, stored, revoked)]);
      return json(200, view(revoked));
    },
  }),
];
