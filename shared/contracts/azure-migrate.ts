import { z } from 'zod';

// Documents of Azure Migrate (preview) as its service and its command line write them. Read with tolerance: names have changed from
// version to version, and what is not read here may be anything.

const Id = z.string().min(1).max(1_024);
const Words = z.string().max(1_000);

/** A step in `spec.json`. */
const SpecStep = z.looseObject({
  stepId: Id.optional(),
  id: Id.optional(),
  displayName: Words.optional(),
  stepRef: Words.optional(),
  entities: z.array(z.unknown()).optional(),
});

const Workstreams = z.looseObject({
  workstreams: z
    .array(z.looseObject({ displayName: Words.optional(), steps: z.array(SpecStep).default([]) }))
    .max(1_000),
});

/** `spec.json`: what a runbook consists of. */
export const MigrateSpec = z.looseObject({
  runbookId: Id.optional(),
  waveId: Id.optional(),
  spec: Workstreams,
});
export type MigrateSpec = z.infer<typeof MigrateSpec>;

const EntityExecution = z.looseObject({
  entityId: Id.optional(),
  status: Words.optional(),
  state: Words.optional(),
});

const StatusStep = z.looseObject({
  stepId: Id.optional(),
  id: Id.optional(),
  displayName: Words.optional(),
  stepRef: Words.optional(),
  status: Words.optional(),
  state: Words.optional(),
  message: Words.optional(),
  entityExecutions: z.array(EntityExecution).nullish(),
});

/** `executionStatus.json`: how far a run has come. */
export const MigrateStatus = z.looseObject({
  executionStatus: z.looseObject({
    state: Words.optional(),
    status: Words.optional(),
    workstreams: z.array(z.looseObject({ steps: z.array(StatusStep).nullish() })).nullish(),
  }),
});
export type MigrateStatus = z.infer<typeof MigrateStatus>;

/** A wave as Resource Manager gives it. `stage` and `status` are free text. */
export const MigrateWave = z.looseObject({
  id: Id,
  name: Id,
  properties: z.looseObject({
    displayName: Words.optional(),
    plannedStartDate: Words.nullish(),
    stage: Words.nullish(),
    status: Words.nullish(),
  }),
});
export type MigrateWave = z.infer<typeof MigrateWave>;

/** A runbook as Resource Manager gives it: its state has stood under either name. */
export const MigrateRunbook = z.looseObject({
  id: Id,
  name: Id,
  properties: z.looseObject({
    scope: z.looseObject({ scopeType: Words.optional(), waveId: Id.optional() }).optional(),
    artifactId: Id.nullish(),
    provisioningState: Words.nullish(),
    state: Words.nullish(),
    status: Words.nullish(),
  }),
});
export type MigrateRunbook = z.infer<typeof MigrateRunbook>;
