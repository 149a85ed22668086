import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { problem } from './reply';
import type { Route } from './route';
import { toResponse } from './to-response';

/**
 * Answers what no operation takes: 405 with the methods a known address has, else 404. Registered as the catch-all of the route
 * prefix, so that these answers are problem documents too.
 */
export const handleUnmatched =
  (routes: readonly Route[], prefix: string) =>
  async (request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const path = new URL(request.url).pathname;
    const methods = routes.filter((route) => matches(route.path, path, prefix)).map((route) => route.method);
    const allow = [...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))];
    const reply =
      allow.length === 0
        ? problem(404, 'not-found', `There is nothing at ${path.slice(0, 200)}.`)
        : problem(405, 'method-not-allowed', `${request.method.slice(0, 20)} is not possible here.`, {
            headers: { allow: allow.join(', ') },
          });
    return toResponse(reply, { request, instance: `urn:uuid:${context.invocationId}`, page: undefined });
  };

function matches(route: string, path: string, prefix: string): boolean {
  const expected = `${prefix}/${route}`.split('/');
  const actual = path.replace(/\/$/, '').split('/');
  return (
    expected.length === actual.length &&
    expected.every(
      (part, index) => part.startsWith('{') || part.toLowerCase() === actual[index]?.toLowerCase(),
    )
  );
}
