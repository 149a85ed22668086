import { z } from 'zod';
import { Endpoint } from './endpoint';
import { PostgresAsset } from './postgres';
import { Instant, SecretName, Slug, StoredInstant, Text } from './primitives';
import { Release } from './release';
import { RunbookAsset } from './runbook';
import { Thresholds } from './thresholds';
import { Traffic } from './traffic';
import { TransferLimits } from './transfer';

/** A folder tree that becomes blobs. `root` is a path on the worker; `container` must already exist (R92). */
export const FilesAsset = z.object({
  id: Slug,
  kind: z.literal('files'),
  root: z
    .string()
    .min(1)
    .max(4_096)
    .regex(/^\/[^\u0000]*$/, 'use an absolute path'),
  container: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9]|-(?=[a-z0-9])){2,62}$/, 'use a valid blob container name'),
  /** Blobs are written below it; no leading slash; empty for the container's root. */
  prefix: z
    .string()
    .max(512)
    .regex(/^$|^[^/\\\u0000][^\\\u0000]*\/$/, 'end with a slash and do not start with one')
    .refine(
      (prefix) => !prefix.split('/').some((part) => part === '.' || part === '..'),
      'must not contain . or ..',
    )
    .default(''),
  /** Glob-free path prefixes below the root that stay behind (Excluded). */
  exclude: z.array(z.string().min(1).max(1_024)).max(100).default([]),
  limits: TransferLimits.prefault({}),
});
export type FilesAsset = z.infer<typeof FilesAsset>;

export const DataAsset = z.discriminatedUnion('kind', [FilesAsset, RunbookAsset, PostgresAsset]);
export type DataAsset = z.infer<typeof DataAsset>;

/** How the workload itself is stopped, started, frozen, asked for its health and switched. */
export const Controls = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('http'),
    /** Base address; operations are POSTed to `<url>/<operation>`. */
    url: z.url({ protocol: /^https?$/ }).max(2_000),
    /** Standard Webhooks signing secret, by name. */
    secret: SecretName,
    timeoutMs: z.number().int().min(100).max(120_000).default(10_000),
  }),
  /** A person does it and states it with evidence. */
  z.object({ kind: z.literal('manual') }),
]);
export type Controls = z.infer<typeof Controls>;

/** An automatic check of the running target (R104 R106 R142): one GET. */
export const AcceptanceCheck = z.object({
  name: Text(200),
  url: z.url({ protocol: /^https?$/ }).max(2_000),
  expectStatus: z.number().int().min(100).max(599).default(200),
  expectBodySha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  maxDurationMs: z.number().int().min(1).max(60_000).default(5_000),
});
export type AcceptanceCheck = z.infer<typeof AcceptanceCheck>;

/** A prerequisite a person has recorded as met or not (R1–R4, R9, R10). */
export const ReadinessKey = z.enum([
  'adoption-plan',
  'landing-zone',
  'skills',
  'assessment',
  'target-architecture',
  'rollback-rehearsed',
]);
export type ReadinessKey = z.infer<typeof ReadinessKey>;
export const ReadinessItem = z.object({
  key: ReadinessKey,
  met: z.boolean(),
  note: Text(1_000),
});

export const WorkloadInput = z.object({
  id: Slug,
  name: Text(200),
  owner: Text(100),
  businessUnit: Text(200).optional(),
  criticality: z.enum(['low', 'medium', 'high', 'mission-critical']),
  environment: z.enum(['development', 'test', 'staging', 'production']),
  /**
   * Online: one database is followed while it serves, and everything switches together in a short window. Redeploy: a pipeline puts
   * the application on its target, and only its data moves.
   */
  method: z.enum(['offline', 'online', 'redeploy']),
  /** What the redeploy method deploys (R117); belongs to that method alone. */
  release: Release.optional(),
  dependsOn: z.array(Slug).max(100).default([]),
  /** Longest outage its owner accepts (R14). */
  acceptableDowntimeMs: z.number().int().min(1_000),
  /** Empty for an application that is redeployed and keeps no data. */
  assets: z.array(DataAsset).max(20),
  controls: Controls,
  /** How Causeway itself sends users to the other side; absent: the controls' `switch` does. */
  traffic: Traffic.optional(),
  acceptance: z.array(AcceptanceCheck).max(100).default([]),
  /** What users see once traffic has moved, looked at again and again while it is watched (R136 R143). */
  observationChecks: z.array(AcceptanceCheck).max(20).default([]),
  /** Questions for a person before traffic moves (R106); empty means none. */
  manualChecks: z.array(Text(500)).max(50).default([]),
  thresholds: Thresholds.prefault({}),
  /** How long the moved workload is watched before sign-off (R136). */
  observationMs: z
    .number()
    .int()
    .min(0)
    .max(7 * 86_400_000)
    .default(900_000),
  /** How long the source stays, read-only, after success (R145 R146). */
  stabilisationMs: z
    .number()
    .int()
    .min(0)
    .max(90 * 86_400_000)
    .default(7 * 86_400_000),
  /** Time a rollback takes, from the rehearsal; the window must leave this much (R61). */
  rollbackEstimateMs: z.number().int().min(0).default(600_000),
  /** Steps a person would follow if the automatic rollback could not (R52 R53). */
  rollbackPlan: Text(10_000),
  readiness: z.array(ReadinessItem).max(50).default([]),
  /** The environment it moves to: nothing starts before that is provisioned, and as it was tested (R92). */
  targetEnvironment: Slug.optional(),
  /** What it has to reach from its target, looked at before anything moves there (R94). */
  endpoints: z.array(Endpoint).max(20).optional(),
  /** The workload imports what was copied before it starts (R103): asks its hook for `restore`. */
  restore: z.boolean().default(false),
});
export type WorkloadInput = z.infer<typeof WorkloadInput>;

export const Workload = WorkloadInput.extend({ createdAt: StoredInstant, updatedAt: StoredInstant });
export type Workload = z.infer<typeof Workload>;

/** A half-open interval [start, end) with the zone people think in. */
export const Window = z
  .object({ start: Instant, end: Instant, timeZone: z.string().min(1).max(64).default('UTC') })
  .refine((window) => window.start < window.end, { message: 'must end after it starts', path: ['end'] });
export type Window = z.infer<typeof Window>;
