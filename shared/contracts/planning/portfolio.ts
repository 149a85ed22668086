import { z } from 'zod';
import { Slug, StoredInstant, Text } from '../primitives';
import { WorkloadInput } from '../workload';

export const Criticality = WorkloadInput.shape.criticality;
export type Criticality = z.infer<typeof Criticality>;
export const EnvironmentKind = WorkloadInput.shape.environment;
export type EnvironmentKind = z.infer<typeof EnvironmentKind>;

export const InventoryFormat = z.enum([
  'azure-migrate-inventory',
  'azure-migrate-dependencies',
  'azure-migrate-assessment',
  'migration-factory-intake',
  'servicenow-cmdb',
  'servicenow-relations',
  'causeway',
]);
export type InventoryFormat = z.infer<typeof InventoryFormat>;

/**
 * Where a workload was first met in a file. `row` counts lines of the file as a person sees them, from 1; 0: the file as a whole.
 * What a format listed before and lists no more is gone.
 */
export const Source = z.object({
  format: InventoryFormat,
  file: Text(200),
  sheet: Text(200).optional(),
  row: z.number().int().min(0),
});
export type Source = z.infer<typeof Source>;

/** Everywhere in the inventory null means unknown, never none and never zero. */
const known = <T extends z.ZodType>(schema: T) => schema.nullable().default(null);
/** More of anything is a mistake, and what is worked out of it would be no number any more. */
export const MOST = 1e12;
const Amount = z.number().min(0).max(MOST);

/** A machine of the source. `id` is stable over imports: UUID or ARM id, else FQDN, else short name; lower case. */
export const InventoryServer = z.object({
  id: Text(255),
  name: Text(255),
  fqdn: known(Text(255)),
  addresses: z.array(Text(64)).max(64).default([]),
  operatingSystem: known(Text(200)),
  operatingSystemVersion: known(Text(100)),
  cores: known(Amount),
  memoryMb: known(Amount),
  /** What is used where that is known, otherwise what is provisioned. */
  storageGb: known(Amount),
  firmware: known(z.enum(['bios', 'uefi'])),
  isPoweredOn: known(z.boolean()),
  /** Software found on it, by name: what remediation rules look at (R74–R79). */
  software: z.array(Text(200)).max(200).default([]),
  /** People put it into its workload: no export that names another application moves it. */
  isPlaced: z.boolean().default(false),
});
export type InventoryServer = z.infer<typeof InventoryServer>;

export const InventoryDatabase = z.object({
  name: Text(200),
  /** As the source names it, lower case: postgresql, sql server, oracle, mysql … */
  engine: Text(100),
  version: known(Text(100)),
  sizeGb: known(Amount),
  /** Inferred from a process or port and not stated by the source. */
  isInferred: z.boolean().default(false),
});
export type InventoryDatabase = z.infer<typeof InventoryDatabase>;

/** Something a workload talks to that is not a workload of the portfolio (R34). */
export const IntegrationPoint = z.object({
  name: Text(200),
  kind: z.enum(['api', 'shared-database', 'file-exchange', 'message-queue', 'identity', 'other']),
  /** Outside the enterprise: it will not move. */
  isExternal: z.boolean(),
  /** Address or port it was seen at. */
  endpoint: Text(300).optional(),
  /** Seen on the network and stated by nobody: the next import of dependencies replaces it. */
  isObserved: z.boolean().default(false),
});
export type IntegrationPoint = z.infer<typeof IntegrationPoint>;

/** A dependency that somebody stated; what was observed on the network is a `Connection`. */
export const StatedDependency = z.object({
  on: Slug,
  kind: z
    .enum(['calls', 'shared-database', 'shared-files', 'messages', 'identity', 'other'])
    .default('calls'),
});

/** What the business would feel (R12 R16). */
export const Impact = z.enum(['none', 'low', 'high']);

/** State of a prerequisite or a remediation as people keep it; survives every import (R3 R4). */
export const TrackedItem = z.object({
  key: z.string().regex(/^[a-z][a-z0-9-]{1,60}$/),
  state: z.enum(['open', 'in-progress', 'done', 'exception']),
  owner: known(Text(100)),
  /** A day, in the portfolio's own zone. */
  due: known(z.iso.date()),
  /** Why an exception is granted, or what was done. An exception without one is refused. */
  note: known(Text(1_000)),
});
export type TrackedItem = z.infer<typeof TrackedItem>;

/** Open hours of the owner's systems: when a cutover may run (R15 R43). Wall-clock times in `timeZone`. */
export const MaintenanceRule = z.object({
  days: z
    .array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']))
    .min(1)
    .max(7),
  /** HH:MM; `to` not after `from` means the following day. */
  from: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
  to: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
  timeZone: z.string().min(1).max(64),
});
export type MaintenanceRule = z.infer<typeof MaintenanceRule>;

/** Parts of a workload that only its people can supply and that a cutover needs: the fields of `WorkloadInput` of the same names. */
export const Execution = WorkloadInput.pick({
  release: true,
  assets: true,
  controls: true,
  traffic: true,
  acceptance: true,
  observationChecks: true,
  manualChecks: true,
  thresholds: true,
  observationMs: true,
  stabilisationMs: true,
  rollbackEstimateMs: true,
  rollbackPlan: true,
  targetEnvironment: true,
  endpoints: true,
  restore: true,
});
export type Execution = z.infer<typeof Execution>;

/** An application as the inventory knows it (R5 R6). One of a portfolio is found by `id`, which no import changes. */
export const InventoryWorkload = z.object({
  id: Slug,
  name: Text(200),
  /** The application it is an instance of: its development, test and production are separate workloads of one application (R32). */
  application: Slug,
  owner: known(Text(100)),
  businessUnit: known(Text(200)),
  criticality: known(Criticality),
  /** Who agreed to the criticality and when (R7); null: nobody yet. */
  criticalityConfirmed: known(z.object({ by: Text(200), at: StoredInstant })),
  environment: known(EnvironmentKind),
  /** Used by employees only, not by customers or partners (R31). */
  isInternal: known(z.boolean()),
  servers: z.array(InventoryServer).max(1_000).default([]),
  databases: z.array(InventoryDatabase).max(200).default([]),
  /** What has to travel, where it is known better than by the sum of disks. */
  dataGb: known(Amount),
  changeGbPerDay: known(Amount),
  availabilityPercent: known(z.number().min(0).max(100)),
  recoveryTimeMinutes: known(Amount),
  recoveryPointMinutes: known(Amount),
  /** What its owner accepts; wins over everything derived (R14). */
  acceptableDowntimeMinutes: known(Amount),
  continuityPlan: known(z.enum(['none', 'restore', 'standby', 'active-active'])),
  impact: z.object({ customer: Impact, revenue: Impact, compliance: Impact }).nullable().default(null),
  isSensitive: known(z.boolean()),
  isStateless: known(z.boolean()),
  isContainerised: known(z.boolean()),
  isInCode: known(z.boolean()),
  /** Its data can be followed by native replication, its application can fail over (R17). */
  supportsReplication: known(z.boolean()),
  supportsFailover: known(z.boolean()),
  dependsOn: z.array(StatedDependency).max(500).default([]),
  integrations: z.array(IntegrationPoint).max(200).default([]),
  /** Link to the planned target (R10) and to its assessment (R9). */
  targetArchitecture: known(z.url().max(2_000)),
  assessment: known(
    z.object({
      readiness: z.enum(['ready', 'conditional', 'not-ready', 'unknown']),
      link: Text(2_000).optional(),
    }),
  ),
  maintenance: z.array(MaintenanceRule).max(50).default([]),
  /** Prerequisites, skills, blockers and remediations that people keep. */
  tracked: z
    .array(
      TrackedItem.refine(({ state, note }) => state !== 'exception' || note !== null, {
        message: 'say why the exception is granted',
        path: ['note'],
      }),
    )
    .max(200)
    .default([]),
  execution: Execution.partial().nullable().default(null),
  sources: z.array(Source).max(50).default([]),
});
export type InventoryWorkload = z.infer<typeof InventoryWorkload>;

/** Traffic seen between two workloads, summed over all their servers. `from` opens the connection. Sorted by from, then to. */
export const Connection = z.object({
  from: Slug,
  to: Slug,
  ports: z.array(z.number().int().min(0).max(65_535)).max(64),
  /** Rows or connections counted; only good for comparing. */
  observations: z.number().int().min(1),
});
export type Connection = z.infer<typeof Connection>;

/** All that is known of a portfolio. Both lists are sorted by id, so that equal portfolios have equal hashes. */
export interface Portfolio {
  readonly workloads: readonly InventoryWorkload[];
  readonly connections: readonly Connection[];
}

/** The head of a portfolio's newest version; its content lies in the journal under `portfolio:<id>`. Partition `portfolio:<id>`. */
export const PortfolioHead = z.object({
  id: Slug,
  version: z.number().int().min(1),
  /** SHA-256 over the canonical JSON of its content. */
  contentHash: z.string().regex(/^[0-9a-f]{64}$/),
  workloads: z.number().int().min(0),
  servers: z.number().int().min(0),
  connections: z.number().int().min(0),
  changedBy: Text(200),
  changedAt: StoredInstant,
});
export type PortfolioHead = z.infer<typeof PortfolioHead>;
