import { z } from 'zod';
import { Role } from './principal';
import { CutoverId, Slug, Text } from './primitives';

/** What a stage rests on: an adapter's reply or a signed-in person's statement, never the orchestration's own word. */
export const Evidence = z.object({
  /** Where it comes from: an adapter (`http-hook`, `azure-blob`, …) or `statement:<person>`. */
  source: z.string().min(1).max(200),
  /** One sentence for the log. */
  summary: z.string().min(1).max(2_000),
  /** Facts behind the sentence; small (under 64 KiB as JSON), larger things by reference. */
  facts: z.record(z.string(), z.json()).default({}),
});
export type Evidence = z.infer<typeof Evidence>;

/** A question that only a person can answer, with evidence of their own. */
export const StatementRequest = z.object({
  question: Text(2_000),
  /** Any one of these roles may state it. */
  roles: z.array(Role).min(1),
});
export type StatementRequest = z.infer<typeof StatementRequest>;

/** A question whose answer the step itself carries out. The same topic and attempt are the same question. */
export const DecisionRequest = z.object({
  /** An approval needs a second person and the plan's hash; a statement needs evidence. */
  asks: z.enum(['approval', 'statement']),
  /** Stands in the gate's id where others have their stage. */
  topic: Slug,
  attempt: z.number().int().min(1),
  question: Text(4_000),
  /** Any one of these roles may answer. */
  roles: z.array(Role).min(1),
});
export type DecisionRequest = z.infer<typeof DecisionRequest>;

/** Rows that a verification found to differ between two databases: they can be sent anew. */
export const DifferingRows = z.object({
  assetId: Slug,
  rows: z.number().int().min(1),
  /** Which verification: who served, and its number. */
  epoch: z.number().int().min(0),
  round: z.number().int().min(1),
});
export type DifferingRows = z.infer<typeof DifferingRows>;

/**
 * How one step ended. Refusals and failed checks are values, so that an orchestration can decide on them; only transient
 * trouble is thrown, and retried.
 */
export const StepResult = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('done'), evidence: Evidence }),
  /** Not finished: call again with the same key after the wait, or sooner when woken. */
  z.object({
    kind: z.literal('pending'),
    retryAfterMs: z.number().int().min(0),
    detail: z.string().max(500).optional(),
  }),
  z.object({ kind: z.literal('needsStatement'), request: StatementRequest }),
  /** Ask, then call again with the same key, whatever the answer was: the step reads it and acts upon it. */
  z.object({ kind: z.literal('needsDecision'), question: DecisionRequest }),
  /** The rules say no for now (window closed, missing approval): nothing was done. */
  z.object({ kind: z.literal('refused'), code: Slug, reason: z.string().max(4_000) }),
  /** The step ran and its check or work failed: a person decides. */
  z.object({
    kind: z.literal('failed'),
    code: Slug,
    reason: z.string().max(4_000),
    facts: z.record(z.string(), z.json()).default({}),
    /** Null: rows were compared and none differ. Absent: nothing is known anew. */
    differing: DifferingRows.nullable().optional(),
  }),
  /** A command is waiting for this cutover: the step stopped at a checkpoint and can go on later. */
  z.object({ kind: z.literal('interrupted') }),
]);
export type StepResult = z.infer<typeof StepResult>;

/** Names of the steps a worker can perform. Stored in running instances: never rename, add. */
export const StepName = z.enum([
  'checkReadiness',
  'notifyStakeholders',
  'confirmStandby',
  'freezeSource',
  'unfreezeSource',
  'verifyTarget',
  'stopSource',
  'startSource',
  'backUpSource',
  'enumerateSource',
  'copyPart',
  'finishPass',
  'driveRunbook',
  'restoreOnTarget',
  'verifyItems',
  'startTarget',
  'stopTarget',
  'validateTarget',
  'confirmManualChecks',
  'confirmServicesHealthy',
  'redirectTraffic',
  'restoreTraffic',
  'observeTarget',
  'announceSuccess',
  'stabilise',
  'verifyRollback',
  'preflightData',
  'startReplication',
  'stopReplication',
  'catchUp',
  'verifyLive',
  'confirmBackup',
  'watchReplication',
  'armSwitch',
  'disarmSwitch',
  'switchOver',
  'switchBack',
  'stabiliseFollowed',
  'endReplication',
  'deployRelease',
  'redeployPrevious',
  'startRelease',
]);
export type StepName = z.infer<typeof StepName>;

/**
 * One piece of work for a worker. `key` is the idempotency key (cutover, run, stage, slice; never the attempt): a repeated order
 * with a stored result returns that result.
 */
export const WorkOrder = z.object({
  key: z.string().regex(/^[A-Za-z0-9.:_-]{1,200}$/),
  cutoverId: CutoverId,
  stage: Slug,
  step: StepName,
  input: z.record(z.string(), z.json()).default({}),
});
export type WorkOrder = z.infer<typeof WorkOrder>;
