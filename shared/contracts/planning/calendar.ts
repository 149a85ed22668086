import { z } from 'zod';
import { Instant } from '../primitives';
import { Blackout } from '../wave';

/** A business calendar as it was exported (RFC 5545), to be read into blackouts of a plan's settings (R40 R44). */
export const CalendarInput = z.object({
  text: z.string().min(1).max(5_000_000),
  /** Only what overlaps this time is read; recurrences are written out within it. At most four years. */
  from: Instant,
  until: Instant,
  /** The IANA zone of whole days and of times that name none. */
  timeZone: z.string().min(1).max(64).default('UTC'),
});
export type CalendarInput = z.infer<typeof CalendarInput>;

/** Sorted by start. */
export const CalendarRead = z.object({ blackouts: z.array(Blackout) });
export type CalendarRead = z.infer<typeof CalendarRead>;
