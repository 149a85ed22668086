import type { Direction } from '../postgres-context';
import type { Side } from './replication-context';

export interface TableProgress {
  readonly schema: string;
  readonly name: string;
  readonly state: 'waiting' | 'copying' | 'catching-up' | 'ready';
  /** While it is copied; null before PostgreSQL 14, and otherwise. */
  readonly copiedBytes: number | null;
  readonly copiedRows: number | null;
  /** On disk, without indexes, where it is copied from. */
  readonly sizeBytes: number;
}

export interface SlotHealth {
  readonly side: Side;
  readonly name: string;
  readonly active: boolean;
  /** Write-ahead log that the server keeps because of it. */
  readonly retainedBytes: number;
  /** `lost` also where the server has thrown away what it needs: replication can't go on. */
  readonly verdict: 'ok' | 'alarm' | 'abort' | 'lost';
}

export interface ReplicationStatus {
  readonly direction: Direction;
  readonly epoch: number;
  readonly phase: string;
  readonly paused: boolean;
  readonly tables: readonly TableProgress[];
  readonly tablesReady: number;
  /** A row's way from here to there just now; where none arrived in two seconds, the age of the last that did. Null: none yet. */
  readonly lagMs: number | null;
  readonly lagBytes: number | null;
  readonly slot: SlotHealth | null;
  /** How long writers would be held if the switch were now; null until every table is ready. */
  readonly forecastWindowMs: number | null;
  /** What replication last failed on, as far as the servers tell. */
  readonly trouble: readonly string[];
}
