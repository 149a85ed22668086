import { z } from 'zod';
import { MigrationError } from '../../shared/contracts/errors';
import { Classification } from '../../shared/contracts/planning/classification';
import { PlanDifference } from '../../shared/contracts/planning/difference';
import { PlanEdit } from '../../shared/contracts/planning/edit';
import { PlanHead, PlannedWave, type PlanContent } from '../../shared/contracts/planning/plan';
import { KeptPlanVersion, type RecordedPlan } from '../../shared/contracts/planning/records';
import { PlanSettings } from '../../shared/contracts/planning/settings';
import { explain } from '../../shared/domain/planning/explain';
import type { PlanOutcome } from '../planning/plan-versions';

const SHOWN_DIFFERENCES = 500;

/** A plan without its lists, which have addresses of their own. */
export const PlanView = PlanHead.extend({
  /** Of the version that was asked for, as is what follows; everything before is of the newest. */
  shown: KeptPlanVersion.omit({ lists: true }),
  settings: PlanSettings,
  edits: z.array(PlanEdit),
  /** What can be read and compared, oldest first. */
  versions: z.array(KeptPlanVersion.omit({ lists: true })),
});

export const planView = (
  head: RecordedPlan,
  { settings, edits }: PlanContent,
  version: number,
): z.infer<typeof PlanView> => {
  const versions = head.versions.map(({ lists: _, ...kept }) => kept);
  const shown = versions.find((kept) => kept.version === version);
  if (shown === undefined)
    throw new MigrationError('internal', `version ${version} has content but is not kept`);
  return { ...PlanHead.parse(head), shown, settings, edits: [...edits], versions };
};

/** A new version with what is different; the first 500 of that. */
export const PlanAnswer = z.object({
  plan: PlanHead,
  differences: z.array(PlanDifference),
  differenceCount: z.number().int().min(0),
});

export const planAnswer = ({ plan, differences }: PlanOutcome): z.infer<typeof PlanAnswer> => ({
  plan: PlanHead.parse(plan.body),
  differences: differences.slice(0, SHOWN_DIFFERENCES),
  differenceCount: differences.length,
});

/** A workload as the plan has it, and why in sentences. */
export const PlannedWorkload = z.object({
  workloadId: z.string(),
  /** Null: it is in no wave. */
  wave: z.number().int().nullable(),
  classification: Classification,
  cutover: z.object({ start: z.string(), end: z.string() }).nullable(),
  excludedBecause: z.string().nullable(),
  sentences: z.array(z.string()),
});

/** Throws `not-found`. */
export const plannedWorkload = (
  id: string,
  content: PlanContent,
  workloadId: string,
): z.infer<typeof PlannedWorkload> => {
  const classification = content.classifications.find((each) => each.workloadId === workloadId);
  if (classification === undefined)
    throw new MigrationError('not-found', `plan ${id} has no workload ${workloadId}`);
  const wave = content.waves.find(({ workloadIds }) => workloadIds.includes(workloadId));
  const planned = wave?.dates?.cutovers.find((cutover) => cutover.workloadId === workloadId);
  const excluded = content.excluded.find((each) => each.workloadId === workloadId);
  const reasons = [...classification.reasons, ...(wave?.reasons ?? []), ...(wave?.dates?.reasons ?? [])];
  return {
    workloadId,
    wave: wave?.number ?? null,
    classification,
    cutover: planned === undefined ? null : { start: planned.start, end: planned.end },
    excludedBecause: excluded?.reason ?? null,
    sentences: reasons.map(explain),
  };
};

/** A wave, and why it is one and runs then, in sentences. */
export const WaveView = PlannedWave.extend({ sentences: z.array(z.string()) });

/** Throws `not-found`. */
export const waveView = (id: string, content: PlanContent, number: number): z.infer<typeof WaveView> => {
  const wave = content.waves.find((each) => each.number === number);
  if (wave === undefined) throw new MigrationError('not-found', `plan ${id} has no wave ${number}`);
  return { ...wave, sentences: [...wave.reasons, ...(wave.dates?.reasons ?? [])].map(explain) };
};
