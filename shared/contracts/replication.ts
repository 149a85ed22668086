import { z } from 'zod';
import { Slug, StoredInstant } from './primitives';

/** What goes on with a database while it moves: overwritten in place, for looking at; decisions rest on what the databases say. */
export const DatabaseProgress = z.object({
  assetId: Slug,
  doing: z.enum(['copying', 'indexing', 'following', 'verifying', 'backing-up', 'switching', 'followed']),
  /** Which table or check it is at. */
  detail: z.string().max(500),
  tablesDone: z.number().int().min(0).nullable(),
  tablesTotal: z.number().int().min(0).nullable(),
  copiedBytes: z.number().int().min(0).nullable(),
  totalBytes: z.number().int().min(0).nullable(),
  /** How far the side that follows is behind. */
  lagMs: z.number().min(0).nullable(),
  /** Write-ahead log kept for it on the side that serves. */
  walKeptBytes: z.number().min(0).nullable(),
  /** How long writes would be blocked if it were switched now. */
  forecastWindowMs: z.number().min(0).nullable(),
  updatedAt: StoredInstant,
});
export type DatabaseProgress = z.infer<typeof DatabaseProgress>;

/** What a check of a database found, whole: the log and evidence hold its summary. */
export const DataReport = z.object({
  /** `<kind>.<asset>`: a later check of the same kind takes its place. */
  id: z.string().min(1).max(100),
  /** Trial: of a copy; live: before the switch; after: once the target serves; resent: rows that differed, sent anew; returned: after a failback. */
  kind: z.enum(['preflight', 'trial', 'live', 'after', 'final', 'resent', 'returned']),
  assetId: Slug,
  at: StoredInstant,
  /** Nothing in it keeps the cutover from going on. */
  ok: z.boolean(),
  summary: z.string().max(2_000),
  details: z.record(z.string(), z.json()),
});
export type DataReport = z.infer<typeof DataReport>;

/**
 * A replication that stands in a customer's databases, kept with its workload until it is ended: it outlives a cutover that went
 * back, and somebody has to watch the write-ahead log that it keeps. Id = the asset's.
 */
export const StandingReplication = z.object({
  id: Slug,
  workloadId: Slug,
  /** The cutover that began it or took it over. */
  cutoverId: z.string(),
  since: StoredInstant,
  /** The kept write-ahead log was last seen above its first limit: told once, until it is below again. */
  alarmed: z.boolean(),
  /** Why it was given up; null while it stands. */
  givenUp: z.string().max(1_000).nullable(),
});
export type StandingReplication = z.infer<typeof StandingReplication>;
