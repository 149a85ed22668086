import { z } from 'zod';
import { Role } from './principal';
import { Slug, Text } from './primitives';
import { StepName } from './step';
import { TransferPhase } from './transfer';

/** Conditions checked at the moment a stage begins, each against what is stored then (design: guards). */
export const GuardName = z.enum([
  'window',
  'blackout',
  'changeTicket',
  'planHash',
  'rollbackFits',
  'waveReleased',
]);
export type GuardName = z.infer<typeof GuardName>;

export const GateName = z.enum([
  'go-no-go',
  'sign-off',
  'standby',
  'statement',
  'runbook-approval',
  'stage-failed',
  'rollback-decision',
  'wave-review',
  'provision',
  'environment-acceptance',
  'environment-checklist',
  'cleanup',
]);
export type GateName = z.infer<typeof GateName>;

/** What a stage does: one step, a question to people, passes over the data, or a question while a step watches what goes on meanwhile. */
export const StageWork = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('step'), step: StepName }),
  z.object({
    kind: z.literal('gate'),
    gate: GateName,
    question: Text(1_000),
    /** Every one of these roles must agree, each by its own person unless the same person holds both. */
    roles: z.array(Role).min(1),
  }),
  z.object({ kind: z.literal('transfer'), phase: TransferPhase }),
  z.object({
    kind: z.literal('armed-hold'),
    gate: GateName,
    question: Text(1_000),
    roles: z.array(Role).min(1),
    /** Performed again and again until people have answered; where it fails, the stage does. */
    watch: StepName,
  }),
]);

export const Stage = z.object({
  name: Slug,
  title: Text(100),
  work: StageWork,
  guards: z.array(GuardName).default([]),
  /** Undoes the stage; must do nothing where the stage did nothing. */
  compensation: StepName.nullable().default(null),
  /** From here to the first stage with false the workload's users see an outage or read-only service. */
  downtime: z.boolean().default(false),
  /** What failing here leads to: a question (retry, skip, turn back), the rollback decision of R148, or turning back at once. */
  onFailure: z.enum(['ask', 'ask-rollback', 'turn-back']).default('ask'),
  /** The same for a question that people answer with no, or not in time; absent: it counts as any failure. */
  onRejection: z.literal('turn-back').optional(),
  /** An earlier stage that a retry begins with again: the one that can mend what this one finds. */
  retryFrom: Slug.optional(),
  /** Done means that the workload has arrived: what depends on it may start, the wave may be reviewed. */
  arrives: z.boolean().default(false),
  /** True once done means the source can't be restored any more. */
  pointOfNoReturn: z.boolean().default(false),
  /** Safe to leave out with a reason. */
  skippable: z.boolean().default(false),
  /** Left out of the cutover of a workload without such an asset; `data`: without any. */
  onlyWith: z.enum(['files', 'postgres', 'data']).optional(),
  /** R-numbers it makes true. */
  requirements: z.array(z.string().regex(/^R\d{1,3}$/)).default([]),
});
export type Stage = z.infer<typeof Stage>;
export type StageInput = z.input<typeof Stage>;

/** A method's stages in order; the version is copied into every run, since old runs outlive new code. */
export const Itinerary = z.object({
  name: Slug,
  version: z.number().int().min(1),
  stages: z.array(Stage).min(1),
});
export type Itinerary = z.infer<typeof Itinerary>;
