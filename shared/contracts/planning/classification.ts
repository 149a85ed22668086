import { z } from 'zod';
import { Sha256, Slug } from '../primitives';
import { TrackedItem } from './portfolio';
import { Reason } from './reason';
import { DataPathKind } from './settings';

/** A forecast in minutes: half of all runs stay below `likely`, nine in ten below `high`. */
export const MinuteRange = z.object({
  low: z.number().min(0),
  likely: z.number().min(0),
  high: z.number().min(0),
});
export type MinuteRange = z.infer<typeof MinuteRange>;

export const Method = z.enum(['offline', 'online', 'redeploy']);
export type Method = z.infer<typeof Method>;

export const PathChoice = z.object({
  /** Null: no path fits; `problems` of the classification says why. */
  kind: DataPathKind.nullable(),
  tool: z.string().max(200),
  transferMinutes: MinuteRange.nullable(),
  cost: z.number().min(0).nullable(),
  /** Every path that was looked at, with what speaks for it and against it (R28). */
  options: z.array(
    z.object({
      kind: DataPathKind,
      isPossible: z.boolean(),
      pros: z.array(z.string().max(300)),
      cons: z.array(z.string().max(300)),
      transferMinutes: MinuteRange.nullable(),
      cost: z.number().min(0).nullable(),
    }),
  ),
});
export type PathChoice = z.infer<typeof PathChoice>;

/** One thing to mend, or to be granted an exception for, before the workload moves (R74–R79) or a prerequisite (R1–R4 R7 R9 R10). */
export const Remediation = TrackedItem.extend({
  title: z.string().max(300),
  /** `block`: the wave of the workload is dated, but does not start before this is done or excepted. */
  severity: z.enum(['block', 'warn']),
  reason: Reason,
});
export type Remediation = z.infer<typeof Remediation>;

/** What the rules say of one workload. */
export const Classification = z.object({
  workloadId: Slug,
  downtimeToleranceMinutes: z.number().min(0),
  method: Method,
  path: PathChoice,
  downtimeMinutes: MinuteRange,
  /** 0 to 100; what balances waves (R30). */
  complexity: z.number().min(0).max(100),
  risk: z.number().min(0).max(100),
  /** 0 first: dev/test, internal, low (R31); ties are broken by id. */
  precedence: z.number().int().min(0),
  remediations: z.array(Remediation),
  /** SHA-256 of the canonical JSON of its `execution`: what is approved is what runs (R63). Absent: nobody had supplied any. */
  executionHash: Sha256.exactOptional(),
  /** Facts that nobody has supplied and that were assumed, each by field name. */
  assumed: z.array(z.string().max(100)),
  reasons: z.array(Reason),
});
export type Classification = z.infer<typeof Classification>;
