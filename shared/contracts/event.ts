import { z } from 'zod';
import { StoredInstant } from './primitives';

/** What subscribers may be told about. The names are stored data: add, never rename. */
export const EventType = z.enum([
  'workload.created',
  'workload.changed',
  'wave.created',
  'wave.changed',
  'wave.started',
  'wave.ended',
  'cutover.created',
  'cutover.commanded',
  'cutover.stage-began',
  'cutover.stage-ended',
  'cutover.arrived',
  'cutover.turned-back',
  'cutover.ended',
  'cutover.switched',
  'replication.alarmed',
  'replication.given-up',
  'portfolio.changed',
  'plan.changed',
  'plan.approved',
  'plan.confirmed',
  'plan.wave-started',
  'environment.requested',
  'environment.applied',
  'environment.ended',
  'gate.requested',
  'gate.reminded',
  'gate.escalated',
  'gate.answered',
  'gate.decided',
  'notice.sent',
]);
export type EventType = z.infer<typeof EventType>;

/**
 * A CloudEvent 1.0 in structured mode. `subject` is the partition it happened in (`cutover:<id>`, `wave:<id>`, `workload:<id>`, `environment:<id>`,
 * `portfolio:<id>`, `plan:<id>`) and so the order key; `sequence` counts the events of a subject from 1 without gaps, so that a subscriber can tell order and duplicates apart.
 */
export const CausewayEvent = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1).max(128),
  source: z.literal('/causeway'),
  type: EventType,
  subject: z.string().min(1).max(128),
  time: StoredInstant,
  datacontenttype: z.literal('application/json'),
  sequence: z.number().int().min(1),
  data: z.record(z.string(), z.json()),
});
export type CausewayEvent = z.infer<typeof CausewayEvent>;

/** An event whose data was too large to travel: `dataref` says where it is kept (CloudEvents' claim check pattern). */
export const CheckedInEvent = CausewayEvent.omit({ data: true }).extend({ dataref: z.string().min(1) });
export type CheckedInEvent = z.infer<typeof CheckedInEvent>;
