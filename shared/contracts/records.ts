import { z } from 'zod';
import { Recorded } from './cutover';
import { CutoverId, Slug, StoredInstant } from './primitives';
import { RunbookStepState } from './runbook';
import { StepResult } from './step';
import { Workload } from './workload';

/** A workload with its log and those who described it: none of them may approve a wave that moves it. Partition `workload:<id>`. */
export const RecordedWorkload = Workload.extend({ ...Recorded.shape, editors: z.array(z.string()) });
export type RecordedWorkload = z.infer<typeof RecordedWorkload>;

/** The lease on a work order and, once it is done, its result. Id = the order's key. */
export const WorkRecord = z.object({
  key: z.string(),
  cutoverId: CutoverId,
  stage: Slug,
  /** Grows with every claim; a worker whose epoch is older has lost the order. */
  epoch: z.number().int().min(1),
  leaseUntil: StoredInstant,
  /** Stored when done; a repeated order gets it again. */
  result: StepResult.nullable(),
});
export type WorkRecord = z.infer<typeof WorkRecord>;

/** A workload's place in at most one unfinished cutover. Lives with the workload. */
export const WorkloadLease = z.object({
  workloadId: Slug,
  cutoverId: CutoverId,
  waveId: Slug,
  takenAt: StoredInstant,
});
export type WorkloadLease = z.infer<typeof WorkloadLease>;

/** Whether a cutover was created or can never be: written once, in its own partition, by whoever comes first. */
export const CutoverClaim = z.object({ kind: z.enum(['created', 'void']), at: StoredInstant });
export type CutoverClaim = z.infer<typeof CutoverClaim>;

/** The run of an asset's runbook in a cutover, and what was last seen and done of it. Lives with the cutover. Id = the asset's. */
export const RunbookRun = z.object({
  id: Slug,
  /** Runs there were before ours was asked for: after a lost answer, ours is the one that is new. */
  before: z.array(z.string()).max(1_000),
  /** Null while it is being started. */
  runId: z.string().nullable(),
  beganAt: StoredInstant,
  /** When the run was last asked for; null or absent: not since the one before was over, or refused. */
  askedAt: StoredInstant.nullish(),
  /** Paused from here: it goes on when the cutover does. */
  paused: z.boolean(),
  /** Last seen, by step. */
  steps: z.record(z.string(), RunbookStepState),
  /** When a step was last approved, completed or tried again from here, by step. */
  actedAt: z.record(z.string(), StoredInstant),
  /** The try of a stage that was told of a failure; another one after it means that a person wants it tried again. */
  failedIn: z.string().nullable(),
});
export type RunbookRun = z.infer<typeof RunbookRun>;

/** The command that a sender's key was given for. Stored with the command, so that the same request has one effect. */
export const CommandKey = z.object({
  key: z.string().min(1).max(100),
  number: z.number().int().min(1),
  at: StoredInstant,
});
export type CommandKey = z.infer<typeof CommandKey>;

/** An id that was seen, so that a repeated message or request has no second effect. */
export const SeenId = z.object({ id: z.string(), at: StoredInstant });
export type SeenId = z.infer<typeof SeenId>;

/** Samples taken while a moved workload is watched. */
export const Observation = z.object({
  id: z.string(),
  beganAt: StoredInstant,
  /** How long it was really watched, gaps left out. */
  watchedMs: z.number(),
  samples: z
    .array(
      z.object({
        at: StoredInstant,
        ok: z.boolean(),
        durationMs: z.number(),
        problem: z.string().nullable(),
      }),
    )
    .max(5_000),
});
export type Observation = z.infer<typeof Observation>;

/** What was in force before traffic moved, to be put back on the way back (R147). Never logged: it may hold connection strings. */
export const KeptConfiguration = z.object({
  id: z.literal('traffic'),
  keptAt: StoredInstant,
  configuration: z.record(z.string(), z.json()),
});
export type KeptConfiguration = z.infer<typeof KeptConfiguration>;

/** Values of a switch by the name of the part that holds them: a record set, an endpoint, a key. */
export const TrafficParts = z.record(z.string(), z.json());
export type TrafficParts = z.infer<typeof TrafficParts>;

const TrafficWeights = z.object({ source: z.number().min(0), target: z.number().min(0) });
const TtlSeconds = z.number().int().min(0).nullable();

/**
 * How far a cutover's traffic has moved (R135), and what was in force before, to be put back exactly (R147). Never logged: its
 * values may be connection strings.
 */
export const TrafficLadder = z.object({
  id: z.literal('traffic'),
  beganAt: StoredInstant,
  prior: z.object({ weights: TrafficWeights, ttlSeconds: TtlSeconds, parts: TrafficParts }),
  /** As last read back. Anything else found in its place, but for what is intended, was written by somebody else. */
  standing: TrafficParts,
  /** Stored before the first write towards it, so that a crash in between is no riddle. */
  intended: z
    .object({
      rung: z.number().int().min(0),
      weights: TrafficWeights,
      ttlSeconds: TtlSeconds,
      parts: TrafficParts,
      /** Times it was written and not found in force. */
      tries: z.number().int().min(0),
    })
    .nullable(),
  rung: z.number().int().min(0),
  weights: TrafficWeights,
  ttlSeconds: TtlSeconds,
  /** Answers from before the TTL was lowered may be remembered until then. */
  staleUntil: StoredInstant.nullable(),
  /** When the present rung was reached. */
  reachedAt: StoredInstant.nullable(),
  /** Of the present rung. */
  samples: Observation.shape.samples,
  /** Which order's rung broke its thresholds, and how; another order, a person's retry, climbs again. */
  broken: z.object({ orderKey: z.string(), reason: z.string() }).nullable(),
});
export type TrafficLadder = z.infer<typeof TrafficLadder>;
