import { expect, it } from '@jest/globals';
import type { LoadedFunction } from '../../../host/function-app';
import { httpFunctions } from '../../../host/triggers/http-routes';

const served = (route: string, prefix: string): number => {
  const trigger = { name: 'request', type: 'httpTrigger', direction: 'in', route } as const;
  return httpFunctions([{ name: 'f', trigger } as unknown as LoadedFunction], prefix).length;
};

it('keeps the paths below /runtime and /admin for the host', () => {
  for (const route of ['runtime/health', 'Runtime', 'admin/host/status'])
    expect(() => served(route, '')).toThrow(
      `Function "f", route "${route}": paths below /runtime and /admin`,
    );
  expect(served('runtime/health', 'api') + served('runtimes', '')).toBe(2);
});
