import { z } from 'zod';
import { Identifier } from './postgres';

/** While applications write, rechecking what replication has yet to apply; or on data that nobody writes, where every difference counts. */
export const VerificationMode = z.enum(['live', 'final']);
export type VerificationMode = z.infer<typeof VerificationMode>;

export const TableName = z.object({ schema: Identifier, name: Identifier });
export type TableName = z.infer<typeof TableName>;

/** Text as PostgreSQL writes the value, null for NULL. In a report cut at 200 characters; in the journal at a million. */
const ValueText = z.string().nullable();

/** One column of a row that differs; a side that has no such row has null in both. */
export const ColumnDifference = z.object({
  name: Identifier,
  source: ValueText,
  target: ValueText,
});
export type ColumnDifference = z.infer<typeof ColumnDifference>;

/** A row that the two databases do not agree on, with both values (R139). */
export const RowDifference = z.object({
  table: TableName,
  /** On the side that follows: it lacks the row, has one too many, or has it otherwise. */
  kind: z.enum(['missing', 'extra', 'changed']),
  /** Columns of the key and their texts; for a table without a key `null`: then `columns` holds the whole row. */
  key: z.record(z.string(), z.string()).nullable(),
  /** Only columns that differ; a report shows the first 20. */
  columns: z.array(ColumnDifference),
  /** How many times each side has the row: more than one only without a key. */
  copies: z.object({ source: z.number().int(), target: z.number().int() }),
  /** Two 64-bit hashes that name a row of a table without a key; null where there is a key. */
  rowHash: z.string().nullable(),
});
export type RowDifference = z.infer<typeof RowDifference>;

/** Anything but rows that the two databases do not agree on. */
export const VerificationFinding = z.object({
  check: z.enum(['table', 'columns', 'sequence', 'schema', 'grants', 'report']),
  /** Only an error counts against the data. */
  severity: z.enum(['error', 'warning']),
  /** What it is about: a table, a sequence, a report. */
  subject: z.string().max(300),
  message: z.string().max(2_000),
  source: z.string().max(2_000).nullable(),
  target: z.string().max(2_000).nullable(),
});
export type VerificationFinding = z.infer<typeof VerificationFinding>;

/** What a stratified sample told before everything was read (R81). */
export const VerificationTrial = z.object({
  strata: z.array(
    z.object({
      /** Tables up to 8 MiB, up to 256 MiB, and larger. */
      stratum: z.enum(['small', 'medium', 'large']),
      tables: z.number().int(),
      bytes: z.number(),
      sampledTables: z.number().int(),
      sampledChunks: z.number().int(),
      sampledBytes: z.number(),
      sampledMs: z.number(),
    }),
  ),
  /** Chunks of the sample that did not agree at once: with writers, most of them are only late. */
  differingChunks: z.number().int(),
  durationMs: z.number().int(),
  /** How long reading everything should take, pauses left out. */
  forecastMs: z.number().int(),
});
export type VerificationTrial = z.infer<typeof VerificationTrial>;

/** What is going to be compared. */
export const VerificationPlan = z.object({
  tables: z.number().int(),
  /** The side that serves: its own estimate. */
  rows: z.number(),
  bytes: z.number(),
  trial: VerificationTrial,
});
export type VerificationPlan = z.infer<typeof VerificationPlan>;

/** A critical report or any other read-only question, asked of both sides at the same time (R140 R141). */
export const ReportComparison = z.object({
  name: z.string(),
  /** `order`: the same rows in another order, which only an ORDER BY could rule. */
  verdict: z.enum(['equal', 'order', 'differs', 'failed', 'too-large']),
  rows: z.object({ source: z.number().int().nullable(), target: z.number().int().nullable() }),
  ms: z.object({ source: z.number(), target: z.number() }),
  /** First row that differs as canonical JSON, or what the database answered instead; cut at 500 characters. */
  source: z.string().nullable(),
  target: z.string().nullable(),
});
export type ReportComparison = z.infer<typeof ReportComparison>;

/** What a comparison of two databases found (R139 R140 R142); whole once `finishedAt` is there. */
export const VerificationReport = z.object({
  mode: VerificationMode,
  epoch: z.number().int().min(0),
  round: z.number().int().min(1),
  /** The database that served meanwhile. */
  leader: z.enum(['source', 'target']),
  tables: z.number().int(),
  checkedTables: z.number().int(),
  checkedRows: z.number(),
  checkedBytes: z.number(),
  chunks: z.number().int(),
  /** Chunks that agreed only after replication had caught up. */
  recheckedChunks: z.number().int(),
  /** Rows that changed too often to be judged; a final verification judges them. */
  unsettledRows: z.number().int(),
  /** All, of which `differences` shows the first 20. */
  differenceCount: z.number().int(),
  differences: z.array(RowDifference).max(20),
  /** The first 50. */
  findings: z.array(VerificationFinding).max(50),
  findingCount: z.number().int(),
  reports: z.array(ReportComparison),
  trial: VerificationTrial,
  /** Time at work, pauses left out: to be held against the trial's forecast. */
  workedMs: z.number().int(),
  pausedMs: z.number().int(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  /** Everything was compared and nothing counts against it. */
  equal: z.boolean(),
});
export type VerificationReport = z.infer<typeof VerificationReport>;
