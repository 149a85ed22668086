import type { PostgresLimits } from '../../../contracts/postgres';
import type { Side } from './replication-context';
import type { Slot } from './slots';

export interface SlotHealth {
  readonly side: Side;
  readonly name: string;
  readonly active: boolean;
  /** Write-ahead log that the server keeps because of it. */
  readonly retainedBytes: number;
  /** `lost` also where the server has thrown away what it needs: replication can't go on. */
  readonly verdict: 'ok' | 'alarm' | 'abort' | 'lost';
}

export function healthOf(slot: Slot, side: Side, limits: PostgresLimits): SlotHealth {
  const { name, active, retained_bytes: retainedBytes } = slot;
  return { ...{ side, name, active, retainedBytes }, verdict: verdictOf(slot, limits) };
}

function verdictOf({ wal_status, retained_bytes }: Slot, limits: PostgresLimits): SlotHealth['verdict'] {
  if (wal_status === 'lost') return 'lost';
  if (retained_bytes >= limits.walAbortBytes) return 'abort';
  // Unreserved: beyond the server's own limit, and gone with its next checkpoint.
  return retained_bytes >= limits.walAlarmBytes || wal_status === 'unreserved' ? 'alarm' : 'ok';
}
