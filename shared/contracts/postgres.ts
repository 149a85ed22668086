import { z } from 'zod';
import { SecretName, Slug, Text } from './primitives';

/** A PostgreSQL identifier as the catalogue has it: unquoted, any Unicode, 63 bytes at most. */
export const Identifier = z
  .string()
  .min(1)
  .refine((name) => Buffer.byteLength(name) <= 63 && !name.includes('\0'), 'use a name of at most 63 bytes');

/** Everything that may be changed while a database moves (R123 R131); read again at every checkpoint. */
export const PostgresLimits = z.object({
  /** Tables copied at the same time by native synchronisation, or streams of an offline copy (R130). */
  copyWorkers: z.number().int().min(1).max(32).default(2),
  /** Over all streams of an offline copy; native synchronisation can't be held back but by its workers. */
  bytesPerSecond: z.number().int().min(1_024).nullable().default(null),
  /** Replication lag above which no window begins. */
  lagLimitMs: z.number().int().min(1).max(3_600_000).default(1_000),
  /** A switch is not begun while a transaction older than this runs on the side that is fenced. */
  longTransactionMs: z.number().int().min(100).default(5_000),
  /** How long one attempt may wait for its locks: writers stall for as long at most. */
  lockTimeoutMs: z.number().int().min(10).max(60_000).default(500),
  lockAttempts: z.number().int().min(1).max(100).default(10),
  /** After the last attempt, end the sessions that stand in the way instead of giving up. */
  terminateBlockers: z.boolean().default(false),
  /** Write-ahead log kept on the side that is followed: at the first an alarm, at the second replication is given up. */
  walAlarmBytes: z
    .number()
    .int()
    .min(1)
    .default(2 ** 30),
  walAbortBytes: z
    .number()
    .int()
    .min(1)
    .default(8 * 2 ** 30),
  /** What a verification may read of each side; null: as fast as one connection reads. */
  verifyBytesPerSecond: z.number().int().min(1_024).nullable().default(null),
  /** Verification pauses while more sessions than this are at work on either side; null: never. */
  activeSessionsLimit: z.number().int().min(1).nullable().default(50),
});
export type PostgresLimits = z.infer<typeof PostgresLimits>;

/** A question asked of both sides whose answers must be equal as canonical JSON (R140): one read-only statement. */
export const CriticalReport = z.object({ name: Text(200), sql: Text(20_000) });
export type CriticalReport = z.infer<typeof CriticalReport>;

/** One database that moves whole. Its connection strings are secrets, by name: `postgresql://user:password@host/database?sslmode=…`. */
export const PostgresAsset = z.object({
  id: Slug,
  kind: z.literal('postgres'),
  source: z.object({ connection: SecretName }),
  target: z.object({ connection: SecretName }),
  /** Empty: every schema but the system's and Causeway's own. */
  schemas: z.array(Identifier).max(1_000).default([]),
  /** Where the schema comes from: the worker's `pg_dump`, DDL given here, or it is already there. */
  ddl: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('pg_dump') }),
      z.object({ kind: z.literal('supplied'), sql: z.string().min(1).max(900_000) }),
      z.object({ kind: z.literal('present') }),
    ])
    .default({ kind: 'pg_dump' }),
  /** Roles that the applications connect as: the fence is proved with a write as each of them. Empty: as the connection's own. */
  applicationRoles: z.array(Identifier).max(50).default([]),
  reports: z.array(CriticalReport).max(100).default([]),
  limits: PostgresLimits.prefault({}),
});
export type PostgresAsset = z.infer<typeof PostgresAsset>;
