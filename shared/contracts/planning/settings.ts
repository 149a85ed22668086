import { z } from 'zod';
import { Instant, Slug, Text } from '../primitives';
import { Blackout } from '../wave';
import { Learned } from './lesson';
import { MaintenanceRule } from './portfolio';
import { REACH, withinReach } from './reach';

export const DataPathKind = z.enum(['express-route', 'vpn', 'internet', 'data-box']);
export type DataPathKind = z.infer<typeof DataPathKind>;

/** A line to Azure as it was found (R23). */
export const DataPath = z.object({
  kind: DataPathKind,
  state: z.enum(['provisioned', 'planned', 'unavailable']),
  /** What migrations may use of it. */
  megabitsPerSecond: z.number().min(0.001).max(1e9).nullable().default(null),
  roundTripMs: z.number().min(0).max(60_000).nullable().default(null),
  /** Measured between source and target (R18), not promised. */
  isMeasured: z.boolean().default(false),
  costPerGb: z.number().min(0).max(1e6).default(0),
  /** Days to order, ship and load (Data Box). */
  leadTimeDays: z.number().min(0).max(3_650).default(0),
});
export type DataPath = z.infer<typeof DataPath>;

/** What waves may cost at most. */
export const Capacity = z.object({
  workloadsPerWave: z.number().int().min(1).max(50).default(20),
  serversPerWave: z.number().int().min(1).default(150),
  concurrentCutovers: z.number().int().min(1).max(50).default(4),
  /** Teams that can run a wave at the same time. */
  teams: z.number().int().min(1).max(100).default(1),
});
export type Capacity = z.infer<typeof Capacity>;

/** Dates of a business calendar, from rules or from an imported ICS (R40). `dates` are whole days in `timeZone`. */
export const PlanCalendar = z.object({
  timeZone: z.string().min(1).max(64).default('UTC'),
  /** Windows for workloads that name none of their own. */
  maintenance: z
    .array(MaintenanceRule)
    .max(50)
    .default([{ days: ['sat'], from: '20:00', to: '06:00', timeZone: 'UTC' }]),
  blackouts: z.array(Blackout).max(2_000).default([]),
  /** Whole days of the month at its end (negative: -1 is the last) or start (1 is the first) on which nothing moves. */
  monthEdges: z.array(z.number().int().min(-10).max(10)).max(20).default([-2, -1, 1]),
  holidays: z
    .array(z.object({ date: z.iso.date(), name: Text(200) }))
    .max(2_000)
    .default([]),
});
export type PlanCalendar = z.infer<typeof PlanCalendar>;

/** All a plan depends on beside the portfolio. */
export const PlanSettings = z.object({
  /** No wave begins before. */
  earliestStart: Instant.refine(withinReach, REACH),
  paths: z.array(DataPath).max(20).default([]),
  capacity: Capacity.prefault({}),
  calendar: PlanCalendar.prefault({}),
  /**
   * Days from the one on which a wave ends, or the evening before where it ends by noon, to the first on which the next of the same team
   * may begin: support, lessons, preparation (R41). 7: a week later; 0 and 1: the day after.
   */
  daysBetweenWaves: z.number().int().min(0).max(90).default(7),
  /** Share of transfer and cutover added for what goes wrong (R41 R45). */
  contingencyShare: z.number().min(0).max(5).default(0.3),
  /** Workloads everybody uses (directory, DNS, monitoring …): they don't pull others into their wave; found by degree, too. */
  sharedServices: z.array(Slug).max(1_000).default([]),
  /** Internet is allowed below it (R26). */
  lowVolumeGb: z.number().min(0).default(100),
  /** What people know of earlier moves: what was forecast, what it took (R38). The newest 200 count, with those that were learned. */
  lessons: z
    .array(
      z.object({
        workloadId: Slug,
        what: z.enum(['transfer', 'downtime']),
        forecastMinutes: z.number().positive(),
        actualMinutes: z.number().positive(),
      }),
    )
    .max(10_000)
    .default([]),
  /** What the portfolio's own cutovers taught, newest last: put in whenever it is planned, whatever is sent. Absent: nothing yet. */
  learned: z.array(Learned).max(200).exactOptional(),
  /** Who signs, who decides on a rollback, and where they are reached in an emergency (R64 R65). */
  signatories: z
    .array(z.object({ name: Text(100), role: Text(100) }))
    .max(50)
    .default([]),
  /**
   * Whether the owners of a wave's workloads must have confirmed it before it starts (R62). Absent: advised, and those missing are named.
   */
  confirmations: z.enum(['advised', 'required']).exactOptional(),
  rollbackAuthority: Text(200).nullable().default(null),
  emergencyChannel: Text(300).nullable().default(null),
  /** Who is told, what, how and when (R59). */
  communication: z
    .array(
      z.object({
        audience: Text(200),
        message: Text(500),
        channel: z.enum(['teams', 'email', 'dashboard', 'call']),
        when: Text(200),
      }),
    )
    .max(100)
    .default([]),
});
export type PlanSettings = z.infer<typeof PlanSettings>;
