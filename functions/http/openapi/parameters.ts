import { z } from 'zod';
import type { Route } from '../edge/route';
import type { JsonObject } from './json-schemas';

/** Path, query and header parameters of an operation. */
export function parametersOf(route: Route): JsonObject[] {
  const path = Object.entries(route.params.shape).map(([name, schema]) => ({
    name,
    in: 'path',
    required: true,
    schema: plainSchema(schema as z.ZodType),
  }));
  const query = Object.entries(route.query.shape).map(([name, schema]) => ({
    name,
    in: 'query',
    required: !(schema as z.ZodType).safeParse(undefined).success,
    schema: plainSchema(schema as z.ZodType),
  }));
  return [...path, ...query, ...headersOf(route)];
}

/** Coerced parameters are shown as what they become. */
function plainSchema(schema: z.ZodType): JsonObject {
  const { $schema: _, ...plain } = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' });
  return plain;
}

function headersOf({ condition, idempotent, access }: Route): JsonObject[] {
  const header = (name: string, description: string, required = false) => ({
    name,
    in: 'header',
    required,
    description,
    schema: { type: 'string' },
  });
  return [
    ...(condition === undefined
      ? []
      : [header('If-Match', 'ETag of the version that was read.', condition === 'replace')]),
    ...(condition === 'put' ? [header('If-None-Match', '* creates what is not there yet.')] : []),
    ...(idempotent === true
      ? [
          header(
            'Idempotency-Key',
            'A repeated request with the same key and body has the first one’s answer.',
          ),
        ]
      : []),
    ...(access.kind === 'signed'
      ? ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
          header(name, 'Standard Webhooks.', true),
        )
      : []),
  ];
}
