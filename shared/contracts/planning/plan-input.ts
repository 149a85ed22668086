import { z } from 'zod';
import { Sha256, Slug, Text } from '../primitives';
import { PlanEdit } from './edit';
import { PlanSettings } from './settings';

export const PlanInput = z.object({
  name: Text(200),
  portfolioId: Slug.default('main'),
  settings: PlanSettings,
  /** In the place of those it has; absent: those stay. */
  edits: z.array(PlanEdit).max(5_000).optional(),
});
export type PlanInput = z.infer<typeof PlanInput>;

export const PlanEditsInput = z.object({ edits: z.array(PlanEdit).min(1).max(500) });
export type PlanEditsInput = z.infer<typeof PlanEditsInput>;

/** Takes back the edit of that number, counted from 1 as the plan lists them; absent: the newest. */
export const UndoInput = z.object({
  edit: z.number().int().min(1).exactOptional(),
  /** The version whose edits were looked at: at another one nothing is undone. */
  version: z.number().int().min(1).exactOptional(),
  reason: Text(500),
});
export type UndoInput = z.infer<typeof UndoInput>;

/** The hash is of the content that was looked at: another one is refused. */
export const PlanApprovalInput = z.object({ contentHash: Sha256, reason: Text(2_000) });
export type PlanApprovalInput = z.infer<typeof PlanApprovalInput>;

export const PlanConfirmationInput = z.object({ contentHash: Sha256 });

/** A change request that must be approved while the wave runs. */
export const StartInput = z.object({ reason: Text(2_000), changeTicket: Text(100).nullable().default(null) });
export type StartInput = z.infer<typeof StartInput>;
