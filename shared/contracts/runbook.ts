import { z } from 'zod';
import { SecretName, Slug } from './primitives';

/** States of a run of a runbook, in Azure Migrate's words; what other services say is put into them. */
export const ExecutionState = z.enum([
  'Queued',
  'InProgress',
  'Pausing',
  'Paused',
  'Resuming',
  'Cancelling',
  'Cancelled',
  'Completed',
  'Failed',
]);
export type ExecutionState = z.infer<typeof ExecutionState>;

/** States of one step of a run, likewise. */
export const RunbookStepState = z.enum([
  ...ExecutionState.options,
  'NotStarted',
  'AwaitingUserAction',
  'Succeeded',
  'PartiallySucceeded',
  'Skipped',
]);
export type RunbookStepState = z.infer<typeof RunbookStepState>;

/** What a waiting step waits for: an approval, a person's work, or nothing because the service does it. */
export const RunbookStepKind = z.enum(['automatic', 'approval', 'manual']);
export type RunbookStepKind = z.infer<typeof RunbookStepKind>;

/** One step of a runbook as it is defined. */
export const RunbookStepDefinition = z.object({
  id: z.string().min(1).max(200),
  name: z.string().min(1).max(200),
  kind: RunbookStepKind,
});
export type RunbookStepDefinition = z.infer<typeof RunbookStepDefinition>;

/** How far a step of one run has come. `entities` counts the machines or databases it works on; all zero where unknown. */
export const RunbookStep = RunbookStepDefinition.extend({
  state: RunbookStepState,
  entities: z.object({ total: z.number().int(), done: z.number().int(), failed: z.number().int() }),
  /** What the service says about it; empty for nothing. */
  detail: z.string().max(1_000),
});
export type RunbookStep = z.infer<typeof RunbookStep>;

/** One run of a runbook. A run that has just been accepted may show no steps yet. */
export const RunbookExecution = z.object({
  runId: z.string().min(1).max(200),
  state: ExecutionState,
  steps: z.array(RunbookStep).max(2_000),
});
export type RunbookExecution = z.infer<typeof RunbookExecution>;

/** An Azure resource id of one type, such as `Microsoft.Migrate/migrateProjects`; the type as a pattern. */
const ResourceId = (type: string) =>
  z
    .string()
    .max(1_024)
    .regex(
      new RegExp(`^/subscriptions/[^/?#\\s]+/resourceGroups/[^/?#\\s]+/providers/${type}/[^/?#\\s]+$`, 'i'),
      `use a resource id of the type ${type.replaceAll('\\', '')}`,
    );

export const MigrateProjectId = ResourceId('Microsoft\\.Migrate/migrateProjects');

const StepId = z.string().min(1).max(200);

/** A runbook of an Azure Migrate wave (preview). */
export const AzureMigrateRunbook = z.object({
  service: z.literal('azure-migrate'),
  migrateProjectId: MigrateProjectId,
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,126}$/, "use the runbook's name"),
  /**
   * The step that waits for the go to cut over. The run begins with the initial copy and stands there until Causeway's own go/no-go
   * has been answered; null: the whole run belongs to the outage.
   */
  cutoverStep: StepId.nullable().default(null),
  /** The step that waits until the workload has been signed off; null: none does. */
  finishStep: StepId.nullable().default(null),
});
export type AzureMigrateRunbook = z.infer<typeof AzureMigrateRunbook>;

/**
 * A migration into an Azure Database for PostgreSQL flexible server by the server's own migration service. Online, it waits for the
 * go/no-go when source and target are level; offline, all of it belongs to the outage.
 */
export const PostgresMigration = z.object({
  service: z.literal('postgresql-migration'),
  /** The target. */
  serverId: ResourceId('Microsoft\\.DBforPostgreSQL/flexibleServers'),
  /** Azure region of the target, such as `westeurope`. */
  location: z.string().regex(/^[a-z0-9]{2,40}$/, 'use the name of a region in lower case'),
  /** Runs are named after it, with a number. */
  name: z.string().regex(/^[a-z][a-z0-9]{0,40}$/, 'use lower-case letters and digits, a letter first'),
  sourceType: z.string().regex(/^[A-Za-z_0-9]{2,60}$/),
  /** Resource id of the source server, or `host:port@user` outside Azure. */
  source: z.string().min(3).max(1_024),
  databases: z.array(z.string().min(1).max(63)).min(1).max(50),
  mode: z.enum(['Online', 'Offline']),
  sourceUser: z.string().min(1).max(128),
  sourcePassword: SecretName,
  targetUser: z.string().min(1).max(128),
  targetPassword: SecretName,
});
export type PostgresMigration = z.infer<typeof PostgresMigration>;

/**
 * A recovery plan of Site Recovery: its test failover and the clean-up come while the source serves, the planned failover in the outage,
 * the commit after the sign-off.
 */
export const RecoveryPlan = z.object({
  service: z.literal('site-recovery'),
  planId: ResourceId('Microsoft\\.RecoveryServices/vaults/[^/?#\\s]+/replicationRecoveryPlans'),
  /** Where the machines of the test failover come up, apart from production. */
  testNetworkId: ResourceId('Microsoft\\.Network/virtualNetworks'),
  /** Whether to replicate back to the source once it is committed. */
  reProtect: z.boolean().default(false),
});
export type RecoveryPlan = z.infer<typeof RecoveryPlan>;

/** Data that a service of Azure moves by a runbook of its own, driven and governed from here. */
export const RunbookAsset = z.object({
  id: Slug,
  kind: z.literal('runbook'),
  runbook: z.discriminatedUnion('service', [AzureMigrateRunbook, PostgresMigration, RecoveryPlan]),
});
export type RunbookAsset = z.infer<typeof RunbookAsset>;
