import { z } from 'zod';
import { Slug } from '../primitives';

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
