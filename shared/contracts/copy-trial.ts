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

/** Files that cost alike: by how they are sent (one request up to 8 MiB, blocks above) and by how deep they lie. */
export const FilesStratum = z.object({
  /** Up to 64 KiB, up to 8 MiB, up to 256 MiB, and larger. */
  size: z.enum(['tiny', 'small', 'medium', 'large']),
  /** Deep: below more than two folders. */
  depth: z.enum(['shallow', 'deep']),
  files: z.number().int(),
  bytes: z.number(),
  sampledFiles: z.number().int(),
  /** What went of them; of a long file a part. */
  sampledBytes: z.number(),
  sampledMs: z.number(),
});
export type FilesStratum = z.infer<typeof FilesStratum>;

/**
 * The same of files (R81): some of every stratum went to a place of their own on the target, as many at a time as the transfer will
 * send, came back equal, and were removed.
 */
export const FilesTrial = z.object({
  strata: z.array(FilesStratum),
  files: z.number().int(),
  bytes: z.number(),
  /** False: there was no time to look at all of the tree, and the rest is in no figure here. */
  whole: z.boolean(),
  /** Requests under way at the same time. */
  requestsInFlight: z.number().int().min(1),
  /** Of the sample, and folders on the way: what could not be read or came back otherwise. */
  failedItems: z.number().int(),
  /** The first five. */
  failures: z.array(z.object({ path: z.string(), reason: z.string() })).max(5),
  durationMs: z.number().int(),
  /** How long the first pass should take: looking at the tree, and sending all of it at the rates of the sample. */
  forecastMs: z.number().int(),
  /** What the first pass then took; absent before. */
  tookMs: z.number().int().exactOptional(),
});
export type FilesTrial = z.infer<typeof FilesTrial>;
