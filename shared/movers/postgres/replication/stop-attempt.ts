import type { PostgresLimits } from '../../../contracts/postgres';
import type { Direction } from '../postgres-context';
import type { Attempt } from './outcomes';
import type { SequenceValues } from './sequences';

/** What must outlive the worker once a side is sealed; in the state of both databases. */
export interface WindowRecord {
  /** Tells the sentinel from those of earlier attempts. */
  readonly token: string;
  /** What failed before. */
  readonly attempts: readonly Attempt[];
}

/** Writers are stopped, everything they wrote is on the other side; sealing and opening are prepared and not committed. */
export interface Stopped {
  readonly kind: 'stopped';
  readonly record: WindowRecord;
  /** By `performance.now()`, when the locks were asked for. */
  readonly startedAt: number;
  readonly lockMs: number;
  readonly drainMs: number;
  readonly cutLsn: string;
  /** Sequences that were used since they were copied. */
  readonly used: SequenceValues;
}

export type StopAttempt =
  | Stopped
  | ({
      readonly kind: 'failed';
      readonly code: 'lag' | 'blocked' | 'drain';
      /** Waited in a circle with writers: to be tried again at once, in another order. */
      readonly crossed: boolean;
    } & Attempt);

export interface AttemptOptions {
  readonly direction: Direction;
  /** The one that begins with it. */
  readonly epoch: number;
  readonly attempts: readonly Attempt[];
  readonly limits: PostgresLimits;
  /** The last attempt ends who is in the way, if it may. */
  readonly last: boolean;
}

export const failed = (code: 'lag' | 'blocked' | 'drain', heldMs: number, reason: string) => ({
  ...{ kind: 'failed' as const, code, reason },
  heldMs: Math.round(heldMs),
  ...{ blockers: [] as readonly string[], crossed: false },
});
