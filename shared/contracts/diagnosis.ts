import { z } from 'zod';
import { StoredInstant } from './primitives';

/** warning: it works, and somebody should look; skipped: there is nothing of the kind here. */
export const Verdict = z.enum(['ok', 'warning', 'failed', 'skipped']);
export type Verdict = z.infer<typeof Verdict>;

/** What one check of a deployment found. `mend` says what to do about it; null where nothing has to be done. */
export const Finding = z.object({
  name: z.string(),
  verdict: Verdict,
  detail: z.string(),
  mend: z.string().nullable(),
});
export type Finding = z.infer<typeof Finding>;

/** What all checks found; `healthy` where none failed. `at` is by the service's own clock. */
export const Diagnosis = z.object({
  healthy: z.boolean(),
  version: z.string(),
  at: StoredInstant,
  findings: z.array(Finding),
});
export type Diagnosis = z.infer<typeof Diagnosis>;
