import type { app as functionsApp, HttpMethod } from '@azure/functions';
import { handle } from './edge/handle';
import { handleUnmatched } from './edge/unmatched';
import { routes } from './routes';
import type { HttpServices } from './services';

/** As in host.json. */
const ROUTE_PREFIX = '/api';
const ALL_METHODS: HttpMethod[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Registers every operation as a function of its name, and one more for all that is none of them. */
export function registerHttp(app: Pick<typeof functionsApp, 'http'>, services: HttpServices): void {
  for (const route of routes) {
    app.http(route.operation, {
      methods: route.method === 'GET' ? ['GET', 'HEAD'] : [route.method],
      // The bearer tokens are our own; only the host's key is checked by the host.
      authLevel: route.access.kind === 'administrator' ? 'admin' : 'anonymous',
      route: route.path,
      handler: handle(route, services),
    });
  }
  app.http('unmatched', {
    methods: ALL_METHODS,
    authLevel: 'anonymous',
    route: '{*path}',
    handler: handleUnmatched(routes, ROUTE_PREFIX),
  });
}
