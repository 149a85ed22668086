import { z } from 'zod';
import { GateName } from './itinerary';
import { Role } from './principal';
import { Sha256, Slug, StoredInstant, Text } from './primitives';

/** Answers a gate can take. confirm states a fact; the others decide. */
export const Choice = z.enum([
  'approve',
  'reject',
  'confirm',
  'retry',
  'resend',
  'skip',
  'rollback',
  'cancel',
  'continue',
]);
export type Choice = z.infer<typeof Choice>;

/**
 * What can become of a failed stage: tried again, tried again once the rows that it found to differ were sent anew, left out, or the
 * cutover turns back. ask-again is no person's choice: it puts the
 * question anew where nobody answered and turning back by itself would abandon what users have written since.
 */
export const FailureAnswer = z.enum(['retry', 'resend', 'skip', 'cancel', 'rollback', 'ask-again']);
export type FailureAnswer = z.infer<typeof FailureAnswer>;

export const GateAnswerInput = z.object({
  choice: Choice,
  /** Always asked for: a decision without a reason is no evidence. */
  reason: Text(2_000),
  /** For statements: what was seen, where it is kept. */
  evidence: Text(4_000).optional(),
  /** The plan the person looked at; where the gate carries one it must be the same. */
  planHash: Sha256.optional(),
});
export type GateAnswerInput = z.infer<typeof GateAnswerInput>;

/** Who, when, why, over which plan. */
export const Decision = GateAnswerInput.extend({
  by: Text(100),
  /** What `by` was called then, where that is an id. */
  byName: Text(100).optional(),
  role: Role,
  at: StoredInstant,
});
export type Decision = z.infer<typeof Decision>;

/** A year: what lies further ahead is no instant that a gate could wait for. */
const GateMs = z
  .number()
  .int()
  .min(1_000)
  .max(366 * 86_400_000);

/** When people are reminded, when others are told, when the gate closes by itself; all from its opening. */
export const GateTiming = z.object({ remindEveryMs: GateMs, escalateAfterMs: GateMs, expireAfterMs: GateMs });
export type GateTiming = z.infer<typeof GateTiming>;

export const GateStatus = z.enum(['open', 'decided', 'expired', 'withdrawn']);

/** A point where a person must agree. Lives in the partition of its subject. */
export const Gate = z.object({
  /** `<subject>.<stage>.<attempt>` with the colon of the subject as a hyphen: unique everywhere, safe in URLs. */
  id: z.string().regex(/^[a-z0-9.-]{1,200}$/),
  /** `cutover:<id>` or `wave:<id>`. */
  subject: z.string(),
  gate: GateName,
  stage: Slug,
  question: z.string().max(4_000),
  choices: z.array(Choice).min(1),
  roles: z.array(Role).min(1),
  /** all: every role must agree; any: the first answer of any of the roles decides. */
  quorum: z.enum(['all', 'any']),
  /** Whoever asked for this may not be the one to approve it (separation of duties). */
  requestedBy: Text(100),
  planHash: Sha256.nullable(),
  openedAt: StoredInstant,
  timing: GateTiming,
  /** How long its clock stood still, because its cutover was paused or held. */
  extendedMs: z.number().int().min(0),
  remindersSent: z.number().int().min(0),
  escalatedAt: StoredInstant.nullable(),
  status: GateStatus,
  decisions: z.array(Decision),
  /** The deciding choice; null while open and where it expired or was withdrawn. */
  outcome: Choice.nullable(),
  closedAt: StoredInstant.nullable(),
});
export type Gate = z.infer<typeof Gate>;
