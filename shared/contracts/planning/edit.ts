import { z } from 'zod';
import { Instant, Slug, Text } from '../primitives';
import { REACH, withinReach } from './reach';

const why = { reason: Text(500) };

/** Shown in its zone; without one in that of the plan's calendar. */
const EditedWindow = z
  .object({ start: Instant, end: Instant, timeZone: z.string().min(1).max(64).exactOptional() })
  .refine(({ start, end }) => start < end, { message: 'must end after it starts', path: ['end'] })
  .refine(({ start, end }) => withinReach(start) && withinReach(end), REACH);

/**
 * What people ask of a plan beyond its rules. Edits are kept and applied anew whenever it is planned again, in their order; a later
 * one on the same thing replaces the earlier. Waves are named by a workload in them, because numbers change.
 */
export const PlanEdit = z.discriminatedUnion('kind', [
  /** In this wave, whatever the rules would prefer. */
  z.object({ kind: z.literal('pin'), workloadId: Slug, wave: z.number().int().min(1), ...why }),
  /** In one wave, dependent or not. */
  z.object({ kind: z.literal('together'), workloadIds: z.array(Slug).min(2).max(50), ...why }),
  /** Never in one wave. */
  z.object({ kind: z.literal('apart'), workloadIds: z.array(Slug).min(2).max(50), ...why }),
  /** Not part of the plan. */
  z.object({ kind: z.literal('exclude'), workloadId: Slug, ...why }),
  /** The wave of this workload has at most so many workloads. */
  z.object({ kind: z.literal('cap'), workloadId: Slug, workloads: z.number().int().min(1).max(50), ...why }),
  /** The wave of this workload runs then; changing an agreed date needs an approval (R46). */
  z.object({
    kind: z.literal('date'),
    workloadId: Slug,
    window: EditedWindow,
    ...why,
  }),
  /** People know better than the rules (R13). */
  z.object({
    kind: z.literal('method'),
    workloadId: Slug,
    method: z.enum(['offline', 'online', 'redeploy']),
    ...why,
  }),
  /** This dependency does not hold workloads together. */
  z.object({ kind: z.literal('ignore-dependency'), from: Slug, to: Slug, ...why }),
]);
export type PlanEdit = z.infer<typeof PlanEdit>;
