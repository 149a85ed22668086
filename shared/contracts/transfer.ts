import { z } from 'zod';
import { StoredInstant } from './primitives';

const TimeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'use HH:MM');

const isTimeZone = (timeZone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

/**
 * Rates for some hours of the week, by the clock on the wall of the source (R131). From `from` until before `to`; where `to` is not
 * later, until that time of the next day.
 */
export const ScheduledRates = z.object({
  /** On which `from` falls. */
  days: z
    .array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']))
    .min(1)
    .max(7),
  from: TimeOfDay,
  to: TimeOfDay,
  timeZone: z
    .string()
    .max(64)
    .refine(isTimeZone, {
      error: ({ input }) =>
        `${JSON.stringify(input)} is no time zone: use an IANA name such as Europe/Berlin`,
    }),
  /** Null: no limit at that time, whatever holds otherwise. */
  bytesPerSecond: z.number().int().min(1_024).nullable().default(null),
  requestsPerSecond: z.number().int().min(1).nullable().default(null),
});
export type ScheduledRates = z.infer<typeof ScheduledRates>;

/** Upper limits while moving; shared by all parallel slices of a cutover and changeable while it runs (R123 R131). */
export const TransferLimits = z.object({
  /** Slices copying at the same time (R130). */
  parallelSlices: z.number().int().min(1).max(32).default(2),
  /** Requests in flight inside one slice; `auto` looks for the number that brings most, and gives way to a service that is busy. */
  concurrencyPerSlice: z.union([z.number().int().min(1).max(256), z.literal('auto')]).default(4),
  bytesPerSecond: z.number().int().min(1_024).nullable().default(null),
  requestsPerSecond: z.number().int().min(1).nullable().default(null),
  /** Other rates for some hours of the week; the first that holds. Absent: the same at all times. */
  schedule: z.array(ScheduledRates).max(50).exactOptional(),
  /** More deletions than this in one pass stop it and ask a person. */
  maxDeletes: z.number().int().min(0).default(1_000),
});
export type TransferLimits = z.infer<typeof TransferLimits>;

/** Item results, Storage Mover's words. */
export const ItemResult = z.enum(['Transferred', 'NoCopyNecessary', 'Excluded', 'Unsupported', 'Failed']);
export type ItemResult = z.infer<typeof ItemResult>;

/** One line of the item log (R133): what moved, when, how it ended. */
export const ItemLogLine = z.object({
  path: z.string(),
  result: ItemResult,
  sizeBytes: z.number().int(),
  /** Base64 MD5 of the content, null where nothing was moved. */
  md5: z.string().nullable(),
  attempts: z.number().int(),
  reason: z.string().nullable(),
  at: z.string(),
});
export type ItemLogLine = z.infer<typeof ItemLogLine>;

/** Limits of a database's copy that held from an instant on. */
export const HeldLimits = z.object({
  since: StoredInstant,
  copyWorkers: z.number().int(),
  bytesPerSecond: z.number().int().nullable(),
});
export type HeldLimits = z.infer<typeof HeldLimits>;

/** What one pass over a source did; small enough for an orchestration. */
export const PassSummary = z.object({
  pass: z.number().int().min(1),
  items: z.number().int(),
  bytes: z.number().int(),
  copiedItems: z.number().int(),
  copiedBytes: z.number().int(),
  deletedItems: z.number().int(),
  failedItems: z.number().int(),
  unsupportedItems: z.number().int(),
  durationMs: z.number().int(),
  /** Which limits held while it was made, oldest first; the newest hundred. Absent: not written down. */
  limits: z.array(HeldLimits).max(100).exactOptional(),
});
export type PassSummary = z.infer<typeof PassSummary>;

/** When a pass is made: while the source serves, until the rest fits the window, or on the stopped source. */
export const TransferPhase = z.enum(['initial', 'incremental', 'final']);
export type TransferPhase = z.infer<typeof TransferPhase>;

/**
 * A pass under way. It belongs to the stage and attempt that began it; whoever comes later finishes it first, or, where it was
 * refused, begins it anew as another generation: the source has to be looked at again.
 */
export const OpenPass = z.object({
  pass: z.number().int().min(1),
  phase: TransferPhase,
  attempt: z.number().int().min(1),
  generation: z.number().int().min(1).default(1),
  /** What it found must not be carried out by anybody but the attempt that was told so. */
  refused: z.boolean().default(false),
  /** The stage that began it; absent in runs of before it was kept. */
  stage: z.string().exactOptional(),
});
export type OpenPass = z.infer<typeof OpenPass>;

export const RecordedPass = PassSummary.extend({
  phase: TransferPhase,
  attempt: z.number().int().min(1),
  stage: OpenPass.shape.stage,
});
export type RecordedPass = z.infer<typeof RecordedPass>;

/** Progress of a running stage: overwritten in place, never part of the log. Rates are over the last measured interval. */
export const Progress = z.object({
  stage: z.string(),
  totalItems: z.number().int(),
  doneItems: z.number().int(),
  totalBytes: z.number().int(),
  doneBytes: z.number().int(),
  bytesPerSecond: z.number(),
  /** Null while it can't be told. */
  secondsLeft: z.number().nullable(),
  /** How long nothing has moved. Absent: it moves, or nobody looked. */
  stalledMs: z.number().int().optional(),
  /** Which rates hold now, in words. Absent: unlimited. */
  limitInForce: z.string().max(200).optional(),
  updatedAt: z.string(),
});
export type Progress = z.infer<typeof Progress>;
