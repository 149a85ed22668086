import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Principal } from '../../../shared/contracts/principal';
import type { HttpServices } from '../services';
import { authenticate, authorise } from './authenticate';
import { checkInput } from './check-input';
import { identityOf, once, readKey, type KeyedRequest } from './idempotency';
import { readParts } from './multipart';
import { parseBody, type Received } from './parse-body';
import { isConditional, readCondition } from './preconditions';
import { problemOfError } from './problem-of-error';
import { checkMediaType, FILES_LIMIT_BYTES, readBody, readBytes } from './read-body';
import { passed, type Checked, type Reply } from './reply';
import { MEDIA_TYPES, type Call, type Route } from './route';
import { toResponse } from './to-response';
import { verifySignature } from './verify-signature';

/** Callers who are nobody in particular: their operations decide nothing in a person's name. */
const CALLERS: Readonly<Record<'anonymous' | 'administrator' | 'signed', Principal>> = {
  anonymous: { name: 'anonymous', roles: ['viewer'] },
  administrator: { name: 'administrator', roles: ['viewer'] },
  signed: { name: 'change-tool', roles: ['viewer'] },
};

/**
 * The edge around every operation, always in this order: who is calling, may they, media type, size, parameters, body, version,
 * idempotency key; then the operation. Whatever is wrong is answered as a problem document; nothing is half done.
 */
export const handle =
  (route: Route, services: HttpServices) =>
  async (request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const instance = `urn:uuid:${context.invocationId}`;
    const finish = (reply: Reply) => toResponse(reply, { request, instance, page: route.page });
    try {
      return finish(await answer(route, services, request));
    } catch (error) {
      const reply = problemOfError(error, isConditional(request.headers));
      if (reply.status >= 500) context.error(`${route.operation} failed (${instance})`, error);
      return finish(reply);
    }
  };

async function answer(route: Route, services: HttpServices, request: HttpRequest): Promise<Reply> {
  const caller = await identify(route, services, request);
  if (!caller.ok) return caller.reply;
  const body = await receiveBody(route, request);
  if (!body.ok) return body.reply;
  const principal = await verifySender(route, services, request, body.value.text, caller.value);
  if (!principal.ok) return principal.reply;
  const call = prepareCall(route, request, principal.value, body.value);
  if (!call.ok) return call.reply;
  const key = route.idempotent === undefined ? passed(null) : readKey(request.headers);
  if (!key.ok) return key.reply;
  if (key.value === null) return runOperation(route, services, request, call.value);
  const keyed: KeyedRequest = {
    principal: principal.value,
    method: route.method,
    path: call.value.url.pathname,
    key: key.value,
    body: body.value.digest,
    repeatable: route.idempotent === 'by-effect',
  };
  const identified = { ...call.value, identity: identityOf(keyed) };
  return once(services, keyed, () => runOperation(route, services, request, identified));
}

async function identify(
  { access }: Route,
  services: HttpServices,
  request: HttpRequest,
): Promise<Checked<Principal>> {
  if (access.kind !== 'roles') return passed(CALLERS[access.kind]);
  const caller = await authenticate(services, request.headers);
  return caller.ok ? authorise(caller.value, access.roles) : caller;
}

async function receiveBody(route: Route, request: HttpRequest): Promise<Checked<Received>> {
  if (route.body === undefined) return passed({ text: '', fields: null, digest: '' });
  const media = checkMediaType(request.headers, MEDIA_TYPES[route.body.consumes]);
  if (!media.ok) return media;
  if (route.body.consumes === 'multipart') return receiveParts(request);
  const text = await readBody(request);
  return text.ok ? passed({ text: text.value, fields: null, digest: text.value }) : text;
}

async function receiveParts(request: HttpRequest): Promise<Checked<Received>> {
  const bytes = await readBytes(request, FILES_LIMIT_BYTES);
  if (!bytes.ok) return bytes;
  const parts = await readParts(bytes.value, request.headers.get('content-type') ?? '');
  return parts.ok ? passed({ text: '', ...parts.value }) : parts;
}

async function verifySender(
  { access }: Route,
  services: HttpServices,
  request: HttpRequest,
  body: string,
  caller: Principal,
): Promise<Checked<Principal>> {
  if (access.kind !== 'signed') return passed(caller);
  const signed = await verifySignature(services, access.secret, request.headers, body);
  return signed.ok ? passed(caller) : signed;
}

function prepareCall(
  route: Route,
  request: HttpRequest,
  principal: Principal,
  received: Received,
): Checked<Call<Record<string, unknown>, Record<string, unknown>, unknown>> {
  const params = checkInput(route.params, { ...request.params }, 'path.');
  if (!params.ok) return params;
  const query = checkInput(route.query, queryOf(route, request), 'query.');
  if (!query.ok) return query;
  const body =
    route.body === undefined
      ? passed(undefined)
      : parseBody(received, route.body.consumes, route.body.schema);
  if (!body.ok) return body;
  const condition = readCondition(request.headers, route.condition);
  if (!condition.ok) return condition;
  return passed({
    principal,
    params: params.value,
    query: query.value,
    body: body.value,
    condition: condition.value,
    headers: request.headers,
    url: new URL(request.url),
    identity: null,
  });
}

/** The host lets its key come as `?code=`, which is no business of the operation. */
function queryOf({ access }: Route, request: HttpRequest): Record<string, string> {
  const query = Object.fromEntries(request.query);
  if (access.kind === 'administrator') delete query['code'];
  return query;
}

/** What an operation refuses by throwing is its answer, and kept like any other for a repeated request. */
async function runOperation(
  route: Route,
  services: HttpServices,
  request: HttpRequest,
  call: Call<Record<string, unknown>, Record<string, unknown>, unknown>,
): Promise<Reply> {
  try {
    return await route.handle(call, services);
  } catch (error) {
    const reply = problemOfError(error, isConditional(request.headers));
    if (reply.status >= 500) throw error;
    return reply;
  }
}
