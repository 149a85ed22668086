import { z } from 'zod';
import { Sha256, StoredInstant } from './primitives';

/** What a cutover or wave tells its log: what happened, who caused it, and the facts that prove it (R133). */
export const LogDraft = z.strictObject({
  at: StoredInstant,
  kind: z.string().min(1).max(100),
  /** A person's name, or the part of Causeway that acted. */
  actor: z.string().min(1).max(200),
  summary: z.string().min(1).max(4000),
  facts: z.record(z.string(), z.json()),
});
export type LogDraft = z.infer<typeof LogDraft>;

/**
 * One entry of the migration log (R133). `sequence` counts from 1 without gaps; `hash` is the SHA-256 of the canonical JSON of
 * the entry without `hash`, `previousHash` that of the entry before.
 */
export const LogEntry = LogDraft.extend({
  sequence: z.number().int().min(1),
  previousHash: Sha256,
  hash: Sha256,
});
export type LogEntry = z.infer<typeof LogEntry>;

/** Where a log ends: how many entries it has and the hash of the last. */
export const LogHead = z.strictObject({ length: z.number().int().min(0), hash: Sha256 });
export type LogHead = z.infer<typeof LogHead>;

/** First line of an exported log. `subject` is the partition the log belongs to, such as `cutover:x`. */
export const LogHeader = z.strictObject({
  format: z.literal('causeway-log'),
  version: z.literal(1),
  subject: z.string().min(1).max(255),
});
export type LogHeader = z.infer<typeof LogHeader>;

/** A line of an exported log after the header. */
export const LogLine = z.union([LogEntry, LogHead]);

/** The head of a log as kept outside the store, so that a log made anew as a whole shows. `at`: when what was anchored ended. */
export const LogAnchor = z.strictObject({
  format: z.literal('causeway-log-anchor'),
  version: z.literal(1),
  subject: z.string().min(1).max(255),
  length: z.number().int().min(1),
  hash: Sha256,
  at: StoredInstant,
});
export type LogAnchor = z.infer<typeof LogAnchor>;
