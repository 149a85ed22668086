import { z } from 'zod';
import { Side } from './controls';
import { GateTiming } from './gate';
import { Itinerary } from './itinerary';
import { LogHead } from './log-entry';
import { PostgresLimits } from './postgres';
import { CutoverId, Sha256, Slug, StoredInstant } from './primitives';
import { DifferingRows, Evidence } from './step';
import { OpenPass, RecordedPass, TransferLimits } from './transfer';
import { Workload } from './workload';

/** What every subject with a log and events carries, so that one commit can append to both. */
export const Recorded = z.object({ log: LogHead, eventSequence: z.number().int().min(0) });
export type Recorded = z.infer<typeof Recorded>;

export const StageStatus = z.enum(['pending', 'running', 'done', 'failed', 'skipped', 'compensated']);
export type StageStatus = z.infer<typeof StageStatus>;

export const StageState = z.object({
  name: Slug,
  status: StageStatus,
  /** Tries begun, from 1; 0 while pending. A retry by a person makes a new one; an activity's retry does not. */
  attempts: z.number().int().min(0),
  beganAt: StoredInstant.nullable(),
  endedAt: StoredInstant.nullable(),
  evidence: Evidence.nullable(),
  /** Why it failed or was skipped. */
  reason: z.string().max(4_000).nullable(),
  /** The code of that failure; null once it is over, absent where it never failed or did before codes were kept. */
  failureCode: z.string().max(200).nullable().optional(),
  /** What its last verification of a database found; absent or null: no rows that differ. */
  differing: DifferingRows.nullable().optional(),
  /** Who ordered that they are sent anew before it verifies again; absent or null where nobody did, or it is done. */
  resend: z.object({ by: z.string(), reason: z.string() }).nullable().optional(),
});
export type StageState = z.infer<typeof StageState>;

export const CutoverStatus = z.enum([
  'created',
  'running',
  'waiting',
  'rolling-back',
  'completed',
  'rolled-back',
  'cancelled',
  'rollback-failed',
]);
export type CutoverStatus = z.infer<typeof CutoverStatus>;

/** One switch of a database from one side to the other, with the outage that was measured, never estimated. */
export const MeasuredSwitch = z.object({
  /** Counts the switches of a cutover from 1. */
  number: z.number().int().min(1),
  assetId: Slug,
  /** The side that serves since. */
  to: Side,
  /** From the instant at which writes were blocked to the one at which users were sent to the other side and it took writes. */
  beganAt: StoredInstant,
  endedAt: StoredInstant,
  outageMs: z.number().min(0),
  /** The part of it in which the database itself refused writes, as its mover measured it. */
  writeBlockedMs: z.number().min(0),
  /** Tries it took to get the locks. */
  attempts: z.number().int().min(1),
  /** Position in the write-ahead log of the side that serves, from which the other one follows. */
  cutPosition: z.string().max(64),
});
export type MeasuredSwitch = z.infer<typeof MeasuredSwitch>;

/** One workload's run through its itinerary. Partition `cutover:<id>`. */
export const Cutover = Recorded.extend({
  id: CutoverId,
  waveId: Slug,
  workloadId: Slug,
  /** The workload as it was planned; what is approved is what runs. */
  workload: Workload,
  itinerary: Itinerary,
  /** Hash of the plan the cutover was made for. */
  planHash: Sha256,
  requestedBy: z.string(),
  gateTiming: GateTiming,
  status: CutoverStatus,
  /** What it waits for, in words for people; null while it works. */
  waitingFor: z.string().max(1_000).nullable(),
  paused: z.boolean(),
  held: z.boolean(),
  holdReason: z.string().max(2_000).nullable(),
  /** Since when it is paused or held; null while neither. The clocks of its gates stand still. */
  stoppedAt: StoredInstant.nullable(),
  /** Decided to go back: compensations run next. Never taken back. */
  turningBack: z
    .object({ kind: z.enum(['cancel', 'rollback']), reason: z.string().max(4_000), by: z.string() })
    .nullable(),
  stage: Slug.nullable(),
  stages: z.array(StageState),
  /** Newest command number given out, and the newest decided: in between are those waiting. */
  commandsReceived: z.number().int().min(0),
  commandsDecided: z.number().int().min(0),
  openGate: z.string().nullable(),
  /** Limits by asset; changeable while it runs. */
  limits: z.record(z.string(), TransferLimits),
  /** Which rates held last while its files moved, in words, by asset; the log says since when. Absent: always unlimited. */
  ratesInForce: z.record(z.string(), z.string().max(200)).optional(),
  /** `limits` of databases; absent in cutovers without one. */
  databaseLimits: z.record(z.string(), PostgresLimits).optional(),
  /** Every switch between the sides so far, oldest first; absent where there was none. */
  switches: z.array(MeasuredSwitch).max(100).optional(),
  passes: z.record(z.string(), z.array(RecordedPass)),
  openPasses: z.record(z.string(), OpenPass),
  /** From the moment the source stopped serving to the moment users were served again, as the controls told it. */
  outage: z.object({ beganAt: StoredInstant.nullable(), endedAt: StoredInstant.nullable() }),
  /** The second outage, where users were sent back: from turning back to the end of the way back. */
  outageOnReturn: z.object({ beganAt: StoredInstant.nullable(), endedAt: StoredInstant.nullable() }),
  createdAt: StoredInstant,
  updatedAt: StoredInstant,
  /** When the stage that counts as arrival was done; null before and where it never came to that. */
  arrivedAt: StoredInstant.nullable(),
  endedAt: StoredInstant.nullable(),
});
export type Cutover = z.infer<typeof Cutover>;

export const isEnded = (status: CutoverStatus): boolean =>
  status === 'completed' ||
  status === 'rolled-back' ||
  status === 'cancelled' ||
  status === 'rollback-failed';
