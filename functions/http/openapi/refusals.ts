import type { Route } from '../edge/route';

/** Every status an operation may refuse with: its own and those of the edge before it. */
export function refusalsOf(route: Route): number[] {
  const { access, body, condition, idempotent, params } = route;
  const statuses = [
    ...(route.refusals ?? []),
    400,
    500,
    ...(access.kind === 'roles' ? [401, 403, 503] : []),
    ...(access.kind === 'administrator' ? [401] : []),
    ...(access.kind === 'signed' ? [401, 503] : []),
    ...(body === undefined ? [] : [409, 413, 415]),
    ...(condition === undefined ? [] : [412, 428]),
    ...(idempotent === true ? [409, 422] : []),
    ...(Object.keys(params.shape).length > 0 ? [404] : []),
  ];
  return [...new Set(statuses)].sort((a, b) => a - b);
}
