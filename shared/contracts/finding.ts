import { z } from 'zod';

export const FindingArea = z.enum([
  'drift',
  'health',
  'provisioning',
  'policy',
  'access',
  'data-protection',
  'identity',
  'networking',
  'monitoring',
  'connectivity',
  'checklist',
]);
export type FindingArea = z.infer<typeof FindingArea>;

/** One thing that is not as it should be, or cannot be seen from here. An error keeps a cutover from starting (R92). */
export const Finding = z.object({
  area: FindingArea,
  severity: z.enum(['error', 'warning', 'note']),
  /** Null where it is about the whole environment. */
  resourceId: z.string().nullable(),
  message: z.string().max(2_000),
});
export type Finding = z.infer<typeof Finding>;
