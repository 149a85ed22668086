import { z } from 'zod';
import { Checklist, ChecklistItems, Statement } from './checklist';
import { Recorded } from './cutover';
import { Finding } from './finding';
import { GateTiming } from './gate';
import { Sha256, Slug, StoredInstant, Text } from './primitives';
import { ParameterName, ParameterValue, TemplateBody } from './template';
import { WhatIfChange } from './what-if';

export const EnvironmentKind = z.enum(['test', 'production']);
export type EnvironmentKind = z.infer<typeof EnvironmentKind>;

/** What an environment is made from. */
export const EnvironmentDefinition = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('template'),
    template: Slug,
    version: z.number().int().min(1).max(10_000),
    parameters: z.record(ParameterName, ParameterValue).default({}),
  }),
  /** The customer's own pipeline deploys it; Causeway holds what was approved against what was applied. */
  z.object({
    kind: z.literal('external'),
    tool: z.enum(['terraform', 'bicep', 'other']),
    /** Of the configuration, the same for test and production: what was tested is known by it. */
    definitionHash: Sha256,
    /** Of this environment's plan file: approved here, and compared with what the pipeline says it applied. */
    planHash: Sha256,
    /** Where the plan can be looked at. */
    pipelineRun: Text(500),
  }),
]);
export type EnvironmentDefinition = z.infer<typeof EnvironmentDefinition>;

/** A place a workload moves to, or is tried in first (R72 R88). */
export const EnvironmentInput = z.object({
  id: Slug,
  workloadId: Slug,
  kind: EnvironmentKind,
  subscriptionId: z
    .string()
    .regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'use a subscription id in lower case'),
  /** Must exist: who may create groups is not for Causeway to decide. */
  resourceGroup: z.string().regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,88}[A-Za-z0-9_-]$/, 'use a resource group'),
  definition: EnvironmentDefinition,
  checklist: ChecklistItems.default([]),
  gateTiming: GateTiming.prefault({
    remindEveryMs: 3_600_000,
    escalateAfterMs: 4 * 3_600_000,
    expireAfterMs: 7 * 86_400_000,
  }),
});
export type EnvironmentInput = z.infer<typeof EnvironmentInput>;

export const EnvironmentStatus = z.enum([
  'checking',
  'awaiting-approval',
  'deploying',
  'awaiting-pipeline',
  'awaiting-acceptance',
  'deployed',
  'accepted',
  'refused',
  'rejected',
  'failed',
  'removing',
  'removed',
]);
export type EnvironmentStatus = z.infer<typeof EnvironmentStatus>;

export const EnvironmentAction = z.enum(['provision', 'inspect', 'remove']);
export type EnvironmentAction = z.infer<typeof EnvironmentAction>;

/** What an inspection found (R93 R132 R134), errors first. */
export const InspectionReport = z.object({
  at: StoredInstant,
  /** No error among the findings. */
  ready: z.boolean(),
  resources: z.number().int().min(0),
  /** The version of the checklist that was gone through. */
  checklistVersion: z.number().int().min(0).default(0),
  findings: z.array(Finding).max(500),
});
export type InspectionReport = z.infer<typeof InspectionReport>;

/** An environment with where it stands. Partition `environment:<id>`. */
export const Environment = Recorded.extend({
  ...EnvironmentInput.shape,
  checklist: Checklist.default({ version: 0, items: [] }),
  /** What people said of its items; the last about each. */
  statements: z.array(Statement).max(100).default([]),
  status: EnvironmentStatus,
  /** What was asked for last; under way while `active`. */
  action: EnvironmentAction,
  /** Counts the actions asked for. */
  round: z.number().int().min(1),
  active: z.boolean(),
  /** Counts the plans put before people, so that each is a gate of its own. */
  attempt: z.number().int().min(0),
  /** Of the template, or of the configuration the customer's own pipeline deploys. */
  definitionHash: Sha256,
  /** What is put before people now: definition, parameters, place and predicted changes, or the list of what to delete. */
  planHash: Sha256.nullable(),
  approvedPlanHash: Sha256.nullable(),
  /** Predicted changes by kind; null before the first prediction. */
  changes: z.record(z.string(), z.number().int()).nullable(),
  deployment: z
    .object({
      name: z.string(),
      definitionHash: Sha256,
      beganAt: StoredInstant,
      endedAt: StoredInstant.nullable(),
      outputs: z.record(z.string(), z.json()),
      resourceIds: z.array(z.string()).max(800),
    })
    .nullable(),
  /** The definition that people accepted in a test environment; production may use no other. */
  accepted: z.object({ definitionHash: Sha256, by: z.string(), at: StoredInstant }).nullable(),
  /** Why it was refused, rejected or failed. */
  problem: z.object({ code: z.string(), reason: z.string().max(4_000) }).nullable(),
  report: InspectionReport.nullable(),
  /** What a removal would delete, as listed for approval. */
  residue: z.array(z.string()).max(800),
  requestedBy: z.string(),
  openGate: z.string().nullable(),
  createdAt: StoredInstant,
  updatedAt: StoredInstant,
});
export type Environment = z.infer<typeof Environment>;

/** The definition as it was when the environment was described: what runs is what was approved. Lives with the environment. */
export const KeptTemplate = z.object({ hash: Sha256, template: TemplateBody });
export type KeptTemplate = z.infer<typeof KeptTemplate>;

/** The newest prediction. Lives with the environment. */
export const WhatIf = z.object({
  at: StoredInstant,
  planHash: Sha256,
  changes: z.array(WhatIfChange).max(800),
});
export type WhatIf = z.infer<typeof WhatIf>;

/** What the customer's pipeline reports once it is through. */
export const AppliedInput = z.object({
  /** Of the plan that was applied; it must be the one that was approved. */
  planHash: Sha256,
  pipelineRun: Text(500),
  resourceIds: z
    .array(
      z
        .string()
        .regex(/^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/[^/]+(?:\/[^/]+\/[^/]+)+$/i),
    )
    .min(1)
    .max(800),
});
export type AppliedInput = z.infer<typeof AppliedInput>;

/** Replaces the checklist of an environment. */
export const ChecklistInput = z.object({ items: ChecklistItems, reason: Text(2_000) });
export type ChecklistInput = z.infer<typeof ChecklistInput>;
