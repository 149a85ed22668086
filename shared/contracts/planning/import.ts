import { z } from 'zod';
import { Slug, Text } from '../primitives';
import {
  Connection,
  Criticality,
  EnvironmentKind,
  InventoryFormat,
  InventoryServer,
  InventoryWorkload,
} from './portfolio';

/** What a column of an export can hold. */
export const InventoryField = z.enum([
  'name',
  'fqdn',
  'id',
  'addresses',
  'operating-system',
  'operating-system-version',
  'cores',
  'memory',
  'storage',
  'firmware',
  'power',
  'application',
  'environment',
  'owner',
  'business-unit',
  'criticality',
  'readiness',
  'tags',
  'class',
  'database',
  'database-engine',
  'database-version',
  'database-size',
  'disk',
  'disk-size',
  'source-name',
  'source-id',
  'source-ip',
  'source-process',
  'destination-name',
  'destination-id',
  'destination-ip',
  'destination-process',
  'destination-port',
  'observations',
  'parent',
  'child',
  'relation',
]);
export type InventoryField = z.infer<typeof InventoryField>;

/** What an importer has to be told of exports that differ from the usual: other headers, other words. */
export const InventoryMapping = z.strictObject({
  /** By name of the file, where its headers fit several formats. */
  formats: z.record(Text(200), InventoryFormat).default({}),
  /** By header as it stands in the file, in any case; null: not read. */
  columns: z.record(Text(300), InventoryField.nullable()).default({}),
  /** Words of the export in any case, and what they mean; null: unknown. */
  values: z
    .strictObject({
      criticality: z.record(Text(200), Criticality.nullable()).default({}),
      environment: z.record(Text(200), EnvironmentKind.nullable()).default({}),
    })
    .prefault({}),
  /** Numbers are written 1.234,5 and not 1,234.5. */
  decimalComma: z.boolean().default(false),
});
export type InventoryMapping = z.infer<typeof InventoryMapping>;

const OwnServer = InventoryServer.omit({ isPlaced: true }).partial({ id: true });
const OwnWorkload = InventoryWorkload.omit({ sources: true, servers: true })
  .partial()
  .extend({ servers: z.array(OwnServer.strict()).max(1_000).optional() })
  .strict()
  .refine(({ id, name }) => id !== undefined || name !== undefined, 'give an id, or a name to make one of');

/**
 * Causeway's own file, YAML or JSON: of each workload the fields that somebody knows. What it does not state is kept; null states
 * that it is unknown. Without an `id` one is made of the name.
 */
export const CausewayInventory = z.strictObject({
  workloads: z.array(OwnWorkload).max(200_000).default([]),
  connections: z.array(Connection.strict()).max(1_000_000).default([]),
});
export type CausewayInventory = z.infer<typeof CausewayInventory>;

/** A row that could not be read as it stands: where, what it says, what would be right. */
export const RowProblem = z.object({
  severity: z.enum(['error', 'warning']),
  file: z.string().max(200),
  sheet: z.string().max(200).nullable(),
  /** As a person counts lines; 0: the file as a whole. */
  row: z.number().int().min(0),
  column: z.string().max(300).nullable(),
  /** Shortened. */
  value: z.string().max(200).nullable(),
  message: z.string().max(500),
});
export type RowProblem = z.infer<typeof RowProblem>;

/** What an import would change of one workload, in words. */
export const WorkloadDifference = z.object({
  id: Slug,
  change: z.enum(['new', 'changed', 'gone', 'unchanged']),
  details: z.array(z.string().max(300)).max(50),
});
export type WorkloadDifference = z.infer<typeof WorkloadDifference>;

/** With any error nothing is applied. */
export const InventoryImportResult = z.object({
  applied: z.boolean(),
  files: z.array(
    z.object({
      name: z.string(),
      sheet: z.string().nullable(),
      format: InventoryFormat.nullable(),
      rows: z.number().int().min(0),
    }),
  ),
  counts: z.object({
    new: z.number().int(),
    changed: z.number().int(),
    gone: z.number().int(),
    unchanged: z.number().int(),
  }),
  /** The first 500; the counts say how many there are. */
  differences: z.array(WorkloadDifference),
  /** The first 500. */
  problems: z.array(RowProblem),
  errors: z.number().int().min(0),
  warnings: z.number().int().min(0),
  /** After it was applied; the present one otherwise; 0: there is none yet. */
  version: z.number().int().min(0),
});
export type InventoryImportResult = z.infer<typeof InventoryImportResult>;
