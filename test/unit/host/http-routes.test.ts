import { expect, it } from '@jest/globals';
import type { LoadedFunction } from '../../../host/function-app';
import { httpFunctions } from '../../../host/triggers/http-routes';

const fn = (name: string, route: string, methods?: readonly string[]): LoadedFunction =>
  ({
    name,
    trigger: { name: 'request', type: 'httpTrigger', direction: 'in', route, methods },
  }) as unknown as LoadedFunction;
const served = (route: string, prefix: string): number => httpFunctions([fn('f', route)], prefix).length;

it('keeps the paths below /runtime and /admin for the host', () => {
  for (const route of ['runtime/health', 'Runtime', 'admin/host/status'])
    expect(() => served(route, '')).toThrow(
      `Function "f", route "${route}": paths below /runtime and /admin`,
    );
  expect(served('runtime/health', 'api') + served('runtimes', '')).toBe(2);
});

it('refuses two functions that would be asked for the same requests, by both names', () => {
  const serve = (...functions: LoadedFunction[]) => httpFunctions(functions, 'api');
  expect(() =>
    serve(fn('first', 'things/{id}', ['GET']), fn('second', 'Things/{name}', ['PUT', 'get'])),
  ).toThrow(
    'Functions "first" and "second" both answer GET api/Things/{name}: give one of them another route or other methods.',
  );
  expect(serve(fn('reads', 'things/{id}', ['GET']), fn('writes', 'things/{id}', ['PUT']))).toHaveLength(2);
  expect(serve(fn('any', 'things/{id}'), fn('numbered', 'things/{id:int}'))).toHaveLength(2);
});
