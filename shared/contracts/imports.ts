import { z } from 'zod';
import { Slug, Text } from './primitives';
import { MigrateProjectId } from './runbook';
import { WaveInput } from './wave';
import { Window, WorkloadInput } from './workload';

/** A file as it was downloaded; what it is shows in its content. */
const ImportFile = z.object({ name: Text(200), text: z.string().max(900_000) });

/** What Azure Migrate does not know and a new workload needs. One that exists keeps its own. */
const WorkloadDefaults = WorkloadInput.pick({
  owner: true,
  criticality: true,
  environment: true,
  acceptableDowntimeMs: true,
  controls: true,
  rollbackPlan: true,
});

const WaveDefaults = WaveInput.pick({ escalationContact: true, changeTicket: true }).extend({
  /** Absent: it begins at the wave's planned start, for `windowMs`. */
  window: Window.optional(),
  windowMs: z
    .number()
    .int()
    .min(60_000)
    .max(30 * 86_400_000)
    .default(8 * 3_600_000),
});

const StepChoice = z.object({
  runbook: Text(200),
  /** The step that waits for the go/no-go; must wait for an approval or a person's work. */
  cutoverStep: Text(200).nullable().default(null),
  /** The step that waits for the sign-off. */
  finishStep: Text(200).nullable().default(null),
});

/** Waves and runbooks of Azure Migrate: as files, or read from the project. Nothing is changed unless `apply`. */
export const MigrateImportInput = z.object({
  apply: z.boolean().default(false),
  files: z.array(ImportFile).max(50).default([]),
  project: z.object({ migrateProjectId: MigrateProjectId, wave: Text(200) }).optional(),
  steps: z.array(StepChoice).max(50).default([]),
  workload: WorkloadDefaults.optional(),
  wave: WaveDefaults.optional(),
});
export type MigrateImportInput = z.infer<typeof MigrateImportInput>;

/** One thing that was found, and what becomes of it. */
export const ImportRow = z.object({
  /** The file or resource it stands in. */
  from: z.string(),
  kind: z.enum(['workload', 'wave', 'file']),
  /** Ours; null where there is none. */
  id: Slug.nullable(),
  action: z.enum(['create', 'update', 'unchanged', 'read', 'refused']),
  /** Field by field where the value comes from, or why it was refused. */
  details: z.array(z.string()),
});
export type ImportRow = z.infer<typeof ImportRow>;

/** `applied` false: this is what would be done. */
export const ImportResult = z.object({ applied: z.boolean(), rows: z.array(ImportRow) });
export type ImportResult = z.infer<typeof ImportResult>;
