import { z } from 'zod';

/** One field of a request that is not as it must be. */
export const FieldProblem = z.object({
  /** Path in the body (`assets[0].root`), or `path.…`, `query.…`, `header.…`. */
  field: z.string(),
  /** What was sent, as JSON, shortened; `absent` where nothing was, `hidden` for a secret. */
  value: z.string(),
  expected: z.string(),
});
export type FieldProblem = z.infer<typeof FieldProblem>;

/** Every refusal of the HTTP API (RFC 9457). `code` is stable: clients branch on it, never on the words. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int().min(400).max(599),
  detail: z.string(),
  /** Names this one occurrence in the service's own log. */
  instance: z.string(),
  code: z.string().regex(/^[a-z][a-z0-9-]*$/),
  errors: z.array(FieldProblem).optional(),
});
export type Problem = z.infer<typeof Problem>;
