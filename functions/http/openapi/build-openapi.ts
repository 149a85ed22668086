import { STATUS_CODES } from 'node:http';
import { Problem } from '../../../shared/contracts/problem';
import { parametersOf } from './parameters';
import { MEDIA_TYPES, type Response, type Route } from '../edge/route';
import type { HttpSettings } from '../services';
import { JsonSchemas, type JsonObject } from './json-schemas';
import { refusalsOf } from './refusals';

/** The API as an OpenAPI 3.1 document, made of the same schemas that requests are checked with. */
export function buildOpenApi(routes: readonly Route[], settings: HttpSettings): JsonObject {
  const schemas = new JsonSchemas();
  const paths: Record<string, JsonObject> = {};
  for (const route of routes) {
    const path = (paths[`/${route.path}`] ??= {});
    path[route.method.toLowerCase()] = describeOperation(route, schemas);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Causeway',
      version: settings.version,
      description: 'Moves workloads to Azure, wave by wave, and back if it must.',
    },
    servers: [{ url: `${settings.publicUrl()}/api` }],
    paths,
    components: { schemas: schemas.components, securitySchemes: SECURITY_SCHEMES },
  };
}

const SECURITY_SCHEMES = {
  token: {
    type: 'http',
    scheme: 'bearer',
    description: 'An access token of Microsoft Entra ID, or one of our own, which begins with cw_.',
  },
  hostKey: { type: 'apiKey', in: 'header', name: 'x-functions-key', description: "The host's master key." },
  webhook: {
    type: 'apiKey',
    in: 'header',
    name: 'webhook-signature',
    description: 'Standard Webhooks: HMAC-SHA256 over webhook-id, webhook-timestamp and the raw body.',
  },
};

const SECURITY = {
  anonymous: [],
  roles: [{ token: [] }],
  administrator: [{ hostKey: [] }],
  signed: [{ webhook: [] }],
};

function describeOperation(route: Route, schemas: JsonSchemas): JsonObject {
  const responses: JsonObject = {};
  for (const [status, response] of Object.entries(route.responses)) {
    responses[status] = describeResponse(route, status, response, schemas);
  }
  const problem = {
    'application/problem+json': { schema: schemas.reference('Problem', Problem, 'response') },
  };
  const page = route.page === undefined ? {} : { 'text/html': {} };
  for (const status of refusalsOf(route)) {
    responses[status] = { description: STATUS_CODES[status] ?? 'Refused', content: { ...problem, ...page } };
  }
  const roles = route.access.kind === 'roles' ? ` Needs the role ${route.access.roles.join(' or ')}.` : '';
  return {
    operationId: route.operation,
    summary: route.summary,
    description: `${route.summary}${roles}`,
    security: SECURITY[route.access.kind],
    parameters: parametersOf(route),
    ...requestBody(route, schemas),
    responses,
  };
}

function requestBody(route: Route, schemas: JsonSchemas): JsonObject {
  if (route.body === undefined) return {};
  const mediaType = MEDIA_TYPES[route.body.consumes];
  const schema = schemas.reference(`${capital(route.operation)}Request`, route.body.schema, 'request');
  return { requestBody: { required: true, content: { [mediaType]: { schema } } } };
}

function describeResponse(
  route: Route,
  status: string,
  { description, schema }: Response,
  schemas: JsonSchemas,
): JsonObject {
  if (schema === null) return { description };
  if (schema === 'html') return { description, content: { 'text/html': {} } };
  if (schema === 'lines') return { description, content: { 'application/x-ndjson': {} } };
  if ('mediaTypes' in schema)
    return { description, content: Object.fromEntries(schema.mediaTypes.map((type) => [type, {}])) };
  const name = `${capital(route.operation)}Response${status === '200' ? '' : status}`;
  const content = { 'application/json': { schema: schemas.reference(name, schema, 'response') } };
  return { description, content };
}

const capital = (name: string) => `${name[0]?.toUpperCase() ?? ''}${name.slice(1)}`;
