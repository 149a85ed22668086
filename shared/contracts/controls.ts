import { z } from 'zod';
import type { Evidence, StatementRequest } from './step';

/**
 * Operations a workload's control hook answers. `side` says which deployment is meant.
 * freeze/unfreeze: no deployments or configuration changes (R86). stop: refuse new work, finish what is under way, refuse writes
 * (R96). start: serve; on the source after a rollback also writable again; on the target read-only until traffic is switched.
 * status: facts only. health: the workload's own health check. restore: import what was copied (R103). switch: send users to that
 * side, answering with the configuration before and after (R135 R147).
 */
export const ControlOperation = z.enum([
  'freeze',
  'unfreeze',
  'stop',
  'start',
  'status',
  'health',
  'restore',
  'switch',
]);
export type ControlOperation = z.infer<typeof ControlOperation>;

export const Side = z.enum(['source', 'target']);
export type Side = z.infer<typeof Side>;

/** Body of a hook call; sent signed (Standard Webhooks), with the key as `webhook-id` and `idempotency-key`. */
export const ControlRequest = z.object({
  cutoverId: z.string(),
  workloadId: z.string(),
  side: Side,
  idempotencyKey: z.string().min(1).max(200),
  /** For switch: the configuration to restore, as an earlier reply gave it; absent: the side's standard one. */
  configuration: z.record(z.string(), z.json()).optional(),
  /** For start: how far to open. */
  writable: z.boolean().optional(),
});
export type ControlRequest = z.infer<typeof ControlRequest>;

/** What a hook answers with 200; with 202 and `Location` it is asked again there. */
export const ControlReply = z.object({
  /** False: the operation was understood and could not be done; `detail` says why. */
  ok: z.boolean(),
  detail: z.string().max(2_000).default(''),
  side: Side,
  /** State of that side after the operation. */
  serving: z.boolean(),
  writable: z.boolean(),
  /** Requests or transactions still under way on that side. */
  inFlight: z.number().int().min(0).default(0),
  healthy: z.boolean().default(true),
  /** Which side users reach now. */
  activeSide: Side,
  /** For switch: what was in force before and is now, to be kept for reversion. */
  configurationBefore: z.record(z.string(), z.json()).optional(),
  configurationAfter: z.record(z.string(), z.json()).optional(),
  startupLog: z.array(z.string().max(500)).max(50).optional(),
});
export type ControlReply = z.infer<typeof ControlReply>;

export type ControlOutcome =
  | { readonly kind: 'replied'; readonly reply: ControlReply; readonly evidence: Evidence }
  | { readonly kind: 'pending'; readonly retryAfterMs: number; readonly detail: string }
  /** A person has to do it (manual controls). */
  | { readonly kind: 'needsStatement'; readonly request: StatementRequest }
  /** The hook answered with a refusal or something that is no reply. */
  | { readonly kind: 'failed'; readonly code: string; readonly reason: string };
