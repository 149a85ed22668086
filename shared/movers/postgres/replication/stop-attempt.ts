import type { PostgresLimits } from '../../../contracts/postgres';
import { quoteLiteral } from '../connect/quote';
import type { Direction } from '../postgres-context';
import type { Attempt } from './outcomes';
import type { SequenceValues } from './sequences';

/** Writers are stopped, everything they wrote is on the other side, and nothing is committed yet. */
export interface Stopped {
  readonly kind: 'stopped';
  /** By `performance.now()`, when the locks were asked for. */
  readonly startedAt: number;
  readonly lockMs: number;
  readonly drainMs: number;
  readonly cutLsn: string;
  /** Tells the sentinel from those of earlier attempts. */
  readonly token: string;
  /** Sequences that were used since they were copied. */
  readonly used: SequenceValues;
}

export type StopAttempt =
  Stopped | ({ readonly kind: 'failed'; readonly code: 'lag' | 'blocked' | 'drain' } & Attempt);

export interface AttemptOptions {
  readonly direction: Direction;
  readonly limits: PostgresLimits;
  /** The last attempt ends who is in the way, if it may. */
  readonly last: boolean;
}

export const failed = (code: 'lag' | 'blocked' | 'drain', heldMs: number, reason: string) => ({
  ...{ kind: 'failed' as const, code, reason },
  heldMs: Math.round(heldMs),
  blockers: [] as readonly string[],
});

/** Waits on the side that follows; its row says up to where its log is, or null. */
export const drainSql = (migrationId: string, beat: string, token: string, timeoutMs: number): string =>
  `CALL causeway.drain(${quoteLiteral(migrationId)}, '${beat}', '${token}', ${timeoutMs}, NULL)`;
