import { z } from 'zod';
import { Health } from '../../shared/contracts/api';
import { json } from './edge/reply';
import { route, type Route } from './edge/route';
import { buildOpenApi } from './openapi/build-openapi';

/** What can be asked without a token: is it there, and what does it speak. */
export const serviceInfoRoutes = (allRoutes: () => readonly Route[]): Route[] => [
  route({
    operation: 'getHealth',
    method: 'GET',
    path: 'health',
    summary: 'Whether the service answers.',
    access: { kind: 'anonymous' },
    params: z.object({}),
    query: z.object({}),
    responses: { 200: { description: 'It does.', schema: Health } },
    handle: async (_call, { settings }) => json(200, { status: 'healthy', version: settings.version }),
  }),
  route({
    operation: 'getOpenApi',
    method: 'GET',
    path: 'openapi.json',
    summary: 'This description of the API.',
    access: { kind: 'anonymous' },
    params: z.object({}),
    query: z.object({}),
    responses: {
      200: { description: 'An OpenAPI 3.1 document.', schema: z.record(z.string(), z.json()) },
    },
    handle: async (_call, { settings }) => json(200, buildOpenApi(allRoutes(), settings)),
  }),
];
