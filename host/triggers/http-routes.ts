import type { LoadedFunction } from '../function-app';
import { HostError } from '../host-error';
import { compileRoute, type Route } from './route-template';

export interface HttpFunction {
  readonly loaded: LoadedFunction;
  readonly route: Route;
  /** Upper case. */
  readonly methods: readonly string[];
  readonly authLevel: 'anonymous' | 'function' | 'admin';
}

export type RouteMatch =
  | { readonly kind: 'function'; readonly target: HttpFunction; readonly params: Record<string, string> }
  | { readonly kind: 'wrongMethod'; readonly allow: readonly string[] }
  | { readonly kind: 'none' };

/**
 * The HTTP functions of an application in the order in which their routes are tried. Throws HostError on a bad route, and where two
 * functions would be asked for the same requests.
 */
export const httpFunctions = (functions: readonly LoadedFunction[], routePrefix: string): HttpFunction[] => {
  const found = functions
    .filter(({ trigger }) => trigger.type.toLowerCase() === 'httptrigger')
    .map((loaded) => httpFunction(loaded, routePrefix));
  refuseShadowed(found);
  return found.sort((a, b) =>
    a.route.precedence < b.route.precedence ? -1 : a.route.precedence > b.route.precedence ? 1 : 0,
  );
};

/** Azure serves the first alone and logs that the second is in error. */
const refuseShadowed = (functions: readonly HttpFunction[]): void => {
  const taken = new Map<string, string>();
  for (const { loaded, route, methods } of functions) {
    for (const method of new Set(methods)) {
      const key = `${method} ${route.shape}`;
      const other = taken.get(key);
      if (other !== undefined)
        throw new HostError(
          'app-invalid',
          `Functions "${other}" and "${loaded.name}" both answer ${method} ${route.template}: give one of them another route or other methods.`,
        );
      taken.set(key, loaded.name);
    }
  }
};

const httpFunction = (loaded: LoadedFunction, routePrefix: string): HttpFunction => {
  const { route, methods, authLevel } = loaded.trigger;
  const template = typeof route === 'string' && route !== '' ? route : loaded.name;
  try {
    return {
      loaded,
      route: compileRoute(unreserved(`${routePrefix}/${template}`)),
      methods: (Array.isArray(methods) ? methods : ['GET', 'POST']).map((method) =>
        String(method).toUpperCase(),
      ),
      authLevel: authLevel === 'function' || authLevel === 'admin' ? authLevel : 'anonymous',
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new HostError('app-invalid', `Function "${loaded.name}", route "${template}": ${message}`, {
      cause: error,
    });
  }
};

const unreserved = (path: string): string => {
  if (!/^\/*(runtime|admin)(\/|$)/i.test(path)) return path;
  throw new Error("paths below /runtime and /admin are the host's own, as on Azure");
};

/** A HEAD request without a function of its own goes to the one for GET. */
export const matchRoute = (
  functions: readonly HttpFunction[],
  method: string,
  segments: readonly string[],
): RouteMatch => {
  const allow = new Set<string>();
  for (const wanted of method === 'HEAD' ? ['HEAD', 'GET'] : [method]) {
    for (const target of functions) {
      const params = target.route.match(segments);
      if (params === null) continue;
      if (target.methods.includes(wanted)) return { kind: 'function', target, params };
      target.methods.forEach((each) => allow.add(each));
    }
  }
  if (allow.size === 0) return { kind: 'none' };
  if (allow.has('GET')) allow.add('HEAD');
  return { kind: 'wrongMethod', allow: [...allow.add('OPTIONS')].sort() };
};
