import { z } from 'zod';
import { SecretName, Sha256, Slug, StoredInstant, Text } from './primitives';

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
  /** How a database that goes on serving is backed up: a person names a backup, or one is made of a snapshot. Absent: a person does. */
  backup: z.enum(['statement', 'snapshot']).exactOptional(),
  reports: z.array(CriticalReport).max(100).default([]),
  limits: PostgresLimits.prefault({}),
});
export type PostgresAsset = z.infer<typeof PostgresAsset>;

/** What a preflight can find, by its stable name. */
export const PreflightCode = z.enum([
  // The servers.
  'version',
  'standby',
  'read-only',
  'wal-level',
  'replication-slots',
  'wal-senders',
  'replication-workers',
  'slot-wal-limit',
  'wal-disk',
  'reach',
  // Rights and roles.
  'right-missing',
  'role-missing',
  'row-security',
  'password-encryption',
  'ddl-guard',
  // What is in the database that is moved.
  'table-without-key',
  'replica-identity-full',
  'large-object',
  'unlogged-table',
  'temporary-table',
  'foreign-table',
  'partitioned-table',
  'generated-column',
  'identity-column',
  'sequence',
  'view',
  'materialised-view',
  'trigger-on-apply',
  'event-trigger',
  'rule',
  'invalid-index',
  'large-value',
  'prepared-transaction',
  'long-transaction',
  'other-subscription',
  'left-over',
  // How the two sides differ.
  'pg-dump',
  'target-not-empty',
  'schema-differs',
  'extension-missing',
  'extension-version',
  'encoding',
  'locale',
  'collation-missing',
  'database-setting',
]);
export type PreflightCode = z.infer<typeof PreflightCode>;

/** `block`: this migration can't be done so. `warn`: it can, but somebody should know beforehand. `note`: nothing to do. */
export const PreflightFinding = z.object({
  code: PreflightCode,
  severity: z.enum(['block', 'warn', 'note']),
  side: z.enum(['source', 'target']),
  /** What it is about: a table, a role, a right, a setting. */
  subject: z.string().max(2_000),
  message: z.string().max(4_000),
  /** What makes it go away; where nothing need be done, what is done about it. */
  fixedBy: z.string().max(4_000),
});
export type PreflightFinding = z.infer<typeof PreflightFinding>;

export const PreflightReport = z.object({
  /** Forward: from source to target; back: what a failback needs, from target to source. */
  direction: z.enum(['forward', 'back']),
  /** Large objects and unlogged tables, for one, move only offline. */
  method: z.enum(['online', 'offline']),
  checkedAt: StoredInstant,
  /** As the servers give them, e.g. `16.4`. */
  versions: z.object({ source: z.string(), target: z.string() }),
  tables: z.number().int(),
  sizeBytes: z.number().int(),
  /** Of the schema that is moved, on the side that serves: compared again before the switch. */
  fingerprint: Sha256,
  /** Blocking ones first. At most 20 of one code and side; the last of them says how many more there are. */
  findings: z.array(PreflightFinding),
});
export type PreflightReport = z.infer<typeof PreflightReport>;
