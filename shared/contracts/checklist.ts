import { z } from 'zod';
import { ENDPOINT_SHAPE, isLookable, NOT_LOOKABLE } from './endpoint';
import { Finding, FindingArea } from './finding';
import { Role } from './principal';
import { SecretName, Slug, StoredInstant, Text } from './primitives';

/** One thing that an environment must fulfil (R94 R95). What fails is an error among its findings. */
export const ChecklistItem = z.discriminatedUnion('kind', [
  /** A connection or a name. */
  z.object({ kind: z.literal('endpoint'), ...ENDPOINT_SHAPE }).refine(isLookable, NOT_LOOKABLE),
  /** Of what the inspection looks at anyway: nothing worse than this may be found in that area. */
  z.object({
    kind: z.literal('area'),
    id: Slug,
    area: FindingArea.exclude(['connectivity', 'checklist']),
    tolerated: z.enum(['nothing', 'note']),
  }),
  /** A script or pipeline of the customer's, asked by a signed POST of `ScriptRequest`, answering with a `ScriptReply`. */
  z.object({
    kind: z.literal('script'),
    id: Slug,
    url: z.url({ protocol: /^https?$/ }).max(2_000),
    /** Standard Webhooks signing secret, by name. */
    secret: SecretName,
    /** How long it may take altogether. */
    timeoutMs: z.number().int().min(100).max(300_000).default(120_000),
  }),
  /** A person looks, and states with evidence that it is so. */
  z.object({
    kind: z.literal('statement'),
    id: Slug,
    question: Text(500),
    roles: z.array(Role).min(1).max(3).default(['tester']),
  }),
]);
export type ChecklistItem = z.infer<typeof ChecklistItem>;
export type ScriptItem = Extract<ChecklistItem, { kind: 'script' }>;
export type StatementItem = Extract<ChecklistItem, { kind: 'statement' }>;

export const ChecklistItems = z
  .array(ChecklistItem)
  .max(100)
  .refine((items) => new Set(items.map(({ id }) => id)).size === items.length, 'name every item once');

/** The items as of their newest version; every change is a version of its own. 0: there never was one. */
export const Checklist = z.object({ version: z.number().int().min(0), items: z.array(ChecklistItem) });
export type Checklist = z.infer<typeof Checklist>;

/** What a person said of an item. It holds for that question and that deployment, and no longer. */
export const Statement = z.object({
  itemId: Slug,
  question: z.string(),
  deployment: z.string(),
  /** The round in which it was asked. */
  round: z.number().int(),
  holds: z.boolean(),
  by: z.string(),
  at: StoredInstant,
  reason: z.string(),
  evidence: z.string().nullable(),
});
export type Statement = z.infer<typeof Statement>;

/** What a script is told. Sent signed (Standard Webhooks); `webhook-id` is new for every run. */
export const ScriptRequest = z.object({
  environmentId: z.string(),
  workloadId: z.string(),
  kind: z.enum(['test', 'production']),
  subscriptionId: z.string(),
  resourceGroup: z.string(),
  definitionHash: z.string(),
  checklistVersion: z.number(),
  itemId: z.string(),
  deployment: z.object({
    name: z.string(),
    outputs: z.record(z.string(), z.json()),
    resourceIds: z.array(z.string()),
  }),
});
export type ScriptRequest = z.infer<typeof ScriptRequest>;

/**
 * What a script answers with 200; with 202 and `Location` it is asked again there. No findings: all is well. Unknown fields are
 * refused: a misspelt one would pass for no findings.
 */
export const ScriptReply = z.strictObject({
  findings: z
    .array(z.strictObject(Finding.pick({ severity: true, resourceId: true, message: true }).shape))
    .max(100),
});
export type ScriptReply = z.infer<typeof ScriptReply>;
