import { z } from 'zod';

/** One property that a deployment would change: its path and both values as canonical JSON, shortened; null where absent. */
export const PropertyChange = z.object({
  path: z.string().max(500),
  kind: z.enum(['Create', 'Delete', 'Modify', 'Array', 'NoEffect']),
  before: z.string().max(1_000).nullable(),
  after: z.string().max(1_000).nullable(),
});
export type PropertyChange = z.infer<typeof PropertyChange>;

/** What a deployment would do to one resource, in the words of Resource Manager. */
export const WhatIfChange = z.object({
  resourceId: z.string().max(2_000),
  kind: z.enum(['Create', 'Delete', 'Ignore', 'Deploy', 'NoChange', 'Modify', 'Unsupported']),
  properties: z.array(PropertyChange).max(500),
});
export type WhatIfChange = z.infer<typeof WhatIfChange>;
