import { z } from 'zod';
import { CutoverId, Slug, StoredInstant, Text } from '../primitives';
import { WorkloadInput } from '../workload';

/** What was forecast before anything was learned, so that what was learned does not count twice, beside what it took. */
const Compared = z.object({ forecastMinutes: z.number().positive(), actualMinutes: z.number().positive() });

/** What a finished cutover teaches later forecasts (R38). */
export const Learned = z.object({
  cutoverId: CutoverId,
  workloadId: Slug,
  method: WorkloadInput.shape.method,
  /** Null where nothing was forecast, or it did not come to that. */
  transfer: Compared.nullable(),
  downtime: Compared.nullable(),
  /** Why its users were sent back; null: they were not. */
  sentBack: z.string().max(300).nullable(),
});
export type Learned = z.infer<typeof Learned>;

/** A lesson of a portfolio, by cutover. Partition `portfolio:<id>`. */
export const Lesson = Learned.extend({
  /** `arrived`: its users are on the target, and may still be sent back. */
  outcome: z.enum(['arrived', 'completed', 'rolled-back', 'cancelled', 'rollback-failed']),
  /** Stages that failed, or took more than one try, in their order. */
  troubled: z.array(Slug),
  planId: Slug,
  wave: z.number().int().min(1),
  /** When it arrived, or else ended. */
  at: StoredInstant,
  /** Who says that later forecasts must not follow it, and why; null: they do. */
  setAside: z.object({ by: Text(200), at: StoredInstant, reason: Text(500) }).nullable(),
});
export type Lesson = z.infer<typeof Lesson>;

/** Whether forecasts follow a lesson. */
export const LessonInput = z.object({ counts: z.boolean(), reason: Text(500) });
export type LessonInput = z.infer<typeof LessonInput>;

/** What a plan forecast for a wave that it started, without what it had learned. Partition `wave:<id>`. */
export const WaveForecast = z.object({
  planId: Slug,
  portfolioId: Slug,
  wave: z.number().int().min(1),
  workloads: z.array(
    z.object({
      workloadId: Slug,
      transferMinutes: z.number().min(0).nullable(),
      downtimeMinutes: z.number().min(0),
    }),
  ),
});
export type WaveForecast = z.infer<typeof WaveForecast>;
