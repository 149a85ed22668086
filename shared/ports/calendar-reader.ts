import type { Blackout } from '../contracts/wave';

export interface CalendarRequest {
  readonly text: string;
  /** Only what overlaps this time is read; instants in UTC. */
  readonly from: string;
  readonly until: string;
  /** The IANA zone of whole days and of times that name none. */
  readonly timeZone: string;
}

/** Something in a calendar that can't be relied on, by the event or line it stands in. */
export interface CalendarProblem {
  /** UID of the event; null: it concerns the file. */
  readonly uid: string | null;
  readonly message: string;
}

/** All of a calendar, or nothing: half a calendar would leave days open that are not. */
export type CalendarReading =
  | { readonly kind: 'read'; readonly blackouts: readonly Blackout[] }
  | { readonly kind: 'refused'; readonly problems: readonly CalendarProblem[] };

/** Reads a business calendar, so that nothing is planned against it (R40 R44). */
export interface CalendarReader {
  /** What the calendar's events take within the time, recurrences written out, sorted by start; a pure function of the request. */
  read(request: CalendarRequest): CalendarReading;
}
