/** The leader read before and after the follower; equal texts mean equal content. */
export interface Reading {
  readonly before: string;
  readonly follower: string;
  readonly after: string;
}

/** What replication had applied when the follower was read lies between the two readings of the leader: either proves it (R139). */
export const agrees = ({ before, follower, after }: Reading): boolean =>
  follower === before || follower === after;

/** Readings of one row so far. */
export interface RowHistory {
  readonly readings: number;
  /** Of these, the ones where the leader's row stood still and the follower had another. */
  readonly differing: number;
}

export const UNREAD: RowHistory = { readings: 0, differing: 0 };

const DIFFERING_READINGS = 5;
const MOST_READINGS = 25;

export type RowVerdict = 'equal' | 'differs' | 'unsettled';

/**
 * Judges a row by one more reading, each taken once the follower had applied what the leader had at `before`. One that agrees is
 * enough. A reading between which the leader's row changed proves nothing: the follower may have a value in between. A row that never
 * stands still stays unsettled.
 */
export function judgeRow(history: RowHistory, reading: Reading): RowVerdict | RowHistory {
  if (agrees(reading)) return 'equal';
  const differing = history.differing + (reading.before === reading.after ? 1 : 0);
  const readings = history.readings + 1;
  if (differing >= DIFFERING_READINGS) return 'differs';
  return readings >= MOST_READINGS ? 'unsettled' : { readings, differing };
}
