import { z } from 'zod';
import { Recorded } from './cutover';
import { GateTiming } from './gate';
import { Stakeholder } from './principal';
import { CutoverId, Instant, Sha256, Slug, StoredInstant, Text } from './primitives';
import { Window } from './workload';

/** A period in which nothing may run (R40 R44). */
export const Blackout = z
  .object({ start: Instant, end: Instant, reason: Text(500) })
  .refine((blackout) => blackout.start < blackout.end, {
    message: 'must end after it starts',
    path: ['end'],
  });
export type Blackout = z.infer<typeof Blackout>;

export const WaveInput = z.object({
  id: Slug,
  name: Text(200),
  workloadIds: z.array(Slug).min(1).max(50),
  window: Window,
  blackouts: z.array(Blackout).max(200).default([]),
  maxConcurrentCutovers: z.number().int().min(1).max(50).default(2),
  /** When it starts by itself; null: only when told. */
  scheduledStart: Instant.nullable().default(null),
  /** Change request that must be approved while it runs; null: none is kept. */
  changeTicket: Text(100).nullable().default(null),
  /** The wave whose review must let this one go (R68). */
  afterWave: Slug.nullable().default(null),
  stakeholders: z.array(Stakeholder).max(200).default([]),
  /** Number to call for critical issues (R85). */
  escalationContact: Text(200),
  gateTiming: GateTiming.prefault({
    remindEveryMs: 3_600_000,
    escalateAfterMs: 4 * 3_600_000,
    expireAfterMs: 7 * 86_400_000,
  }),
});
export type WaveInput = z.infer<typeof WaveInput>;

export const WaveStatus = z.enum(['planned', 'held', 'running', 'reviewing', 'completed', 'stopped']);
export type WaveStatus = z.infer<typeof WaveStatus>;

export const TicketState = z.enum(['none', 'pending', 'approved', 'cancelled']);
export type TicketState = z.infer<typeof TicketState>;

/**
 * One reason why a wave is held. A person lifts those of persons, of the schedule and of Causeway itself (system); a ticket's are
 * lifted by its change tool alone.
 */
export const Hold = z.object({
  by: z.string().max(200),
  reason: z.string().max(2_000),
  source: z.enum(['person', 'ticket', 'schedule', 'system']),
  at: StoredInstant,
  /** When the ticket wants the work done instead: its approval lifts the hold only while that fits the wave's own window. */
  ticketWindow: Window.optional(),
});
export type Hold = z.infer<typeof Hold>;

/** Workloads that migrate together. Partition `wave:<id>`. */
export const Wave = Recorded.extend({
  ...WaveInput.shape,
  status: WaveStatus,
  /** Held while there is any. */
  holds: z.array(Hold).max(100),
  /** The holds in one text, shortened; null while there are none. */
  holdReason: z.string().max(2_000).nullable(),
  /** Who ended it early and why: it starts nothing more and comes to its review when its cutovers are at rest; null: nobody. */
  stopping: z.object({ by: z.string(), reason: z.string().max(2_000), at: StoredInstant }).nullable(),
  /** Which of its workloads cannot start yet because another cutover is in the way, in words; null: none. */
  obstacle: z.string().max(1_000).nullable(),
  ticketState: TicketState,
  /** When what was applied last of its ticket's messages happened; null before the first. */
  ticketAt: StoredInstant.nullable(),
  /** Hash over all that is approved: window, blackouts, workloads with their content, order, itineraries. */
  planHash: Sha256,
  /** The hash that an approver agreed to; a changed plan has another, and its guard refuses. */
  approvedPlanHash: Sha256.nullable(),
  requestedBy: z.string(),
  /** Everyone who shaped the plan since the last approval: none of them may approve it. */
  editors: z.array(z.string()),
  /** Cutover by workload, once the wave runs. */
  cutovers: z.record(z.string(), CutoverId),
  openGate: z.string().nullable(),
  /** Whether the review lets the next wave go; null before it (R68). */
  nextMayProceed: z.boolean().nullable(),
  createdAt: StoredInstant,
  updatedAt: StoredInstant,
  startedAt: StoredInstant.nullable(),
  endedAt: StoredInstant.nullable(),
});
export type Wave = z.infer<typeof Wave>;

/** `at`: when it was decided there, where the tool says so; a message sent again is signed with a later time. */
const ticketEvent = { ticket: Text(100), by: Text(100), at: Instant.optional() };

/** What a change tool tells us over the signed webhook. */
export const ChangeRequestEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('change.approved'), ...ticketEvent }),
  z.object({ type: z.literal('change.cancelled'), ...ticketEvent, reason: Text(2_000) }),
  z.object({
    type: z.literal('change.rescheduled'),
    ...ticketEvent,
    window: Window,
    scheduledStart: Instant.nullable().default(null),
  }),
]);
export type ChangeRequestEvent = z.infer<typeof ChangeRequestEvent>;
