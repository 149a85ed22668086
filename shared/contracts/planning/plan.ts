import { z } from 'zod';
import { Sha256, Slug, StoredInstant, Text } from '../primitives';
import { Blackout } from '../wave';
import { Window } from '../workload';
import type { Classification } from './classification';
import type { PlanEdit } from './edit';
import { Reason } from './reason';
import type { PlanSettings } from './settings';

/** A dependency that the plan cuts: its ends are in different waves (R36 R37). */
export const CutDependency = z.object({
  from: Slug,
  to: Slug,
  fromWave: z.number().int().min(1),
  toWave: z.number().int().min(1),
  /** What cutting it costs; the plan minimises the sum. */
  weight: z.number().min(0),
  bridge: z.enum(['api-proxy', 'replication', 'cache', 'network-route']),
  /** The end of the hybrid state: when the later of both has moved; null while it has no date (R37). */
  deadline: StoredInstant.nullable(),
  /** Who answers for the bridge on either side (R37); null: nobody is named, or the plan is older than these fields. */
  fromOwner: Text(200).nullable().default(null),
  toOwner: Text(200).nullable().default(null),
  /** What is watched and tested while it stands (R36 R37). */
  monitoring: z.array(z.string().max(300)),
  reasons: z.array(Reason),
});
export type CutDependency = z.infer<typeof CutDependency>;

/**
 * A workload that so many others use that it must not pull them into its wave. `early`: it moves, or is extended to Azure, before them.
 * `bridged`: it moves where its own rank puts it, and one bridge serves everybody who uses it from the other side (R36).
 */
export const SharedService = z.object({
  workloadId: Slug,
  placement: z.enum(['early', 'bridged']),
  bridge: CutDependency.shape.bridge,
  /** Workloads of the plan that use it. */
  users: z.number().int().min(0),
  reasons: z.array(Reason),
});
export type SharedService = z.infer<typeof SharedService>;

/** Preparation, transfer, cutover, testing and contingency of a wave, in order of time (R45). */
export const SchedulePart = z.object({
  part: z.enum(['preparation', 'transfer', 'cutover', 'testing', 'contingency']),
  start: StoredInstant,
  end: StoredInstant,
});
export type SchedulePart = z.infer<typeof SchedulePart>;

/** Another date the wave could have, and what it costs or wins (R48). */
export const AlternativeDate = z.object({ window: Window, tradeOffs: z.array(z.string().max(300)) });
export type AlternativeDate = z.infer<typeof AlternativeDate>;

export const WaveDates = z.object({
  window: Window,
  parts: z.array(SchedulePart),
  /** By workload: when its own cutover is planned (R39). */
  cutovers: z.array(z.object({ workloadId: Slug, start: StoredInstant, end: StoredInstant })),
  /** When its users can only read (R47): of workloads that move online alone, the others are out meanwhile. */
  readOnly: z.array(z.object({ workloadId: Slug, start: StoredInstant, end: StoredInstant })),
  alternatives: z.array(AlternativeDate),
  /** What closed earlier windows and so held it back: blackouts, holidays, edges of months. None where people set the date. */
  avoided: z.array(Blackout),
  reasons: z.array(Reason),
});
export type WaveDates = z.infer<typeof WaveDates>;

export const PlannedWave = z.object({
  /** From 1, in order of time. */
  number: z.number().int().min(1),
  workloadIds: z.array(Slug).min(1),
  /** Numbers of waves that have to end well before: shared services, non-production before production (R32 R33). */
  after: z.array(z.number().int().min(1)),
  /** Non-production only, internal only, highest criticality: what a reader wants to know first. */
  summary: z.string().max(500),
  servers: z.number().int().min(0),
  complexity: z.number().min(0),
  risk: z.number().min(0),
  /** Null: no legal date was found; a problem of the plan says why. */
  dates: WaveDates.nullable(),
  reasons: z.array(Reason),
});
export type PlannedWave = z.infer<typeof PlannedWave>;

/** Something the plan can't do as asked. `error`: it can't be approved. `involves` names a smallest set of what contradicts. */
export const PlanProblem = z.object({
  severity: z.enum(['error', 'warning']),
  code: z.string().regex(/^[a-z][a-z0-9-]{2,60}$/),
  message: z.string().max(1_000),
  involves: z.array(z.string().max(300)),
});
export type PlanProblem = z.infer<typeof PlanProblem>;

/**
 * Everything people approve, in one value: its hash is over this and nothing else (R63). All lists are in a fixed order: workloads
 * by id, waves by number, cuts by from and to.
 */
export interface PlanContent {
  readonly settings: PlanSettings;
  readonly portfolioHash: string;
  readonly edits: readonly PlanEdit[];
  readonly classifications: readonly Classification[];
  readonly waves: readonly PlannedWave[];
  readonly cuts: readonly CutDependency[];
  readonly sharedServices: readonly SharedService[];
  readonly excluded: readonly { readonly workloadId: string; readonly reason: string }[];
  readonly problems: readonly PlanProblem[];
}

/** The head of a plan's newest version; its content lies in the journal under `plan:<id>`. Partition `plan:<id>`. */
export const PlanHead = z.object({
  id: Slug,
  name: Text(200),
  portfolioId: Slug,
  version: z.number().int().min(1),
  portfolioVersion: z.number().int().min(1),
  contentHash: Sha256,
  waves: z.number().int().min(0),
  workloads: z.number().int().min(0),
  errors: z.number().int().min(0),
  /** Everyone who ever shaped it: none of them may approve it. */
  editors: z.array(Text(200)),
  /** The approval of exactly this content, in writing (R63); a change voids it. */
  approval: z
    .object({ by: Text(200), at: StoredInstant, contentHash: Sha256, reason: Text(2_000) })
    .nullable(),
  /** Who of the stakeholders agreed to dates, durations and dependencies (R62). */
  confirmations: z.array(z.object({ by: Text(200), at: StoredInstant, wave: z.number().int().min(1) })),
  /** What became waves that run: number → id of the wave. */
  started: z.record(z.string(), Slug),
  changedBy: Text(200),
  changedAt: StoredInstant,
});
export type PlanHead = z.infer<typeof PlanHead>;
