import { z } from 'zod';
import { VerificationTrial } from './postgres-verification';

/**
 * What copying a sample of a database told before anything was moved (R81): rows of a few tables of every size class went through
 * this machine into temporary tables of the target, one stream at a time.
 */
export const CopyTrial = z.object({
  strata: VerificationTrial.shape.strata,
  /** What is going to be copied, on the source's disk. */
  bytes: z.number(),
  /** Streams that will copy side by side. */
  streams: z.number().int().min(1),
  durationMs: z.number().int(),
  /** How long all rows should take as long as the streams don't slow each other down; indexes and keys come on top. */
  forecastMs: z.number().int(),
  /** What the copy then took, with indexes and keys; absent before. */
  tookMs: z.number().int().exactOptional(),
});
export type CopyTrial = z.infer<typeof CopyTrial>;
