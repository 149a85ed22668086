import { z } from 'zod';
import { StoredInstant } from '../primitives';
import { Reason } from './reason';
import { DataPathKind } from './settings';

/** From a cutover without any risk to one of risk 100; in between in proportion. */
const ByRisk = (least: number, most: number) =>
  z
    .strictObject({ least: z.number().min(0).max(0.45), most: z.number().min(0).max(0.45) })
    .prefault({ least, most });

/**
 * How often a cutover does not arrive in the window it was tried in. The defaults are assumed, not measured.
 * `noGo`: the go/no-go meeting says no, nothing is touched. `rolledBack`: it is cut over and has to go back.
 */
export const FailureChances = z.strictObject({ noGo: ByRisk(0.01, 0.05), rolledBack: ByRisk(0.005, 0.03) });
export type FailureChances = z.infer<typeof FailureChances>;

/** Something one could do, to be weighed against what it wins. */
export const PlanChange = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('more-teams'), teams: z.number().int().min(1).max(99).default(1) }),
  /** Of the line of that kind; absent: the first that is there and whose rate is known. */
  z.strictObject({
    kind: z.literal('more-bandwidth'),
    path: DataPathKind.optional(),
    factor: z.number().min(1).max(1_000).default(2),
  }),
  /** Every maintenance window, of the calendar and of workloads, ends so much later; none lasts longer than a day. */
  z.strictObject({ kind: z.literal('longer-windows'), hours: z.number().min(0.25).max(24).default(2) }),
  z.strictObject({ kind: z.literal('fewer-days-between'), days: z.number().int().min(1).max(90).default(1) }),
  z.strictObject({
    kind: z.literal('more-concurrent'),
    cutovers: z.number().int().min(1).max(49).default(1),
  }),
]);
export type PlanChange = z.infer<typeof PlanChange>;

export const ALL_CHANGES = [
  { kind: 'more-teams', teams: 1 },
  { kind: 'more-bandwidth', factor: 2 },
  { kind: 'longer-windows', hours: 2 },
  { kind: 'fewer-days-between', days: 1 },
  { kind: 'more-concurrent', cutovers: 1 },
] as const satisfies readonly PlanChange[];

export const SimulationInput = z.strictObject({
  runs: z.number().int().min(1).max(2_000).default(500),
  seed: z.number().int().min(0).max(4_294_967_295).default(1),
  /** People's own; absent: assumed, and after what finished cutovers came to (R38). */
  chances: FailureChances.exactOptional(),
  /** Each is looked at by itself. */
  changes: z
    .array(PlanChange)
    .max(10)
    .default([...ALL_CHANGES]),
});
export type SimulationInput = z.infer<typeof SimulationInput>;

/** In so many of a hundred runs it is over by then. Null: not as far as the plan's calendar reaches. */
const Percentile = StoredInstant.nullable();
export const Percentiles = z.object({ p10: Percentile, p50: Percentile, p80: Percentile, p90: Percentile });
export type Percentiles = z.infer<typeof Percentiles>;

const Share = z.number().min(0).max(1);

export const SimulatedWaveResult = z.object({
  number: z.number().int().min(1),
  plannedStart: StoredInstant,
  /** When it is tested if all goes as planned. */
  plannedEnd: StoredInstant,
  /** Share of runs in which it starts when planned and all of it arrives at the first try. */
  keepsDate: Share,
  /** Mean of the days after `plannedEnd`; earlier ends count as none, one beyond the calendar as its end. */
  expectedDelayDays: z.number().min(0),
  expectedFailures: z.number().min(0),
  /** Share of runs in which the finish would have been earlier, had this wave been over earlier. */
  criticalShare: Share,
});
export type SimulatedWaveResult = z.infer<typeof SimulatedWaveResult>;

export const PlanSimulation = z.object({
  runs: z.number().int(),
  seed: z.number().int(),
  chances: FailureChances,
  /** The last `plannedEnd`; null: no wave has a date. */
  plannedFinish: StoredInstant.nullable(),
  finish: Percentiles,
  /** In order of time. */
  waves: z.array(SimulatedWaveResult),
  /** Waves that were critical in at least half of the runs, in order of time. */
  criticalPath: z.array(z.number().int()),
  /** Cutovers a run that did not arrive at a try; `overrun`: contingency included there was no time left to finish it. */
  failures: z.object({
    noGo: z.number().min(0),
    rolledBack: z.number().min(0),
    overrun: z.number().min(0),
  }),
  /** Numbers of waves without a date: they are not simulated. */
  undated: z.array(z.number().int()),
});
export type PlanSimulation = z.infer<typeof PlanSimulation>;

/** What a change wins, by the same draws. */
export const ChangeWorth = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('simulated'),
    change: PlanChange,
    title: z.string(),
    finish: Percentiles,
    /** Days by which half, and eight in ten, of the runs finish earlier; null where either has no finish. */
    daysEarlier: z.object({ p50: z.number().nullable(), p80: z.number().nullable() }),
  }),
  z.object({ outcome: z.literal('impossible'), change: PlanChange, title: z.string(), why: z.string() }),
]);
export type ChangeWorth = z.infer<typeof ChangeWorth>;

export const SimulationResult = PlanSimulation.extend({
  /** Why `chances` are what they are, and in words. */
  chancesReason: Reason,
  chancesSentence: z.string(),
  /**
   * The finish of the same waves, all dates found anew: what changes are compared with, since dates that were agreed on stay where
   * they are. Null where no change was asked for.
   */
  datedAnew: Percentiles.nullable(),
  worth: z.array(ChangeWorth),
});
export type SimulationResult = z.infer<typeof SimulationResult>;
