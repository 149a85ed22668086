import type { PostgresContext } from '../postgres-context';

/** What one call has done so far of its part; rows and bytes of a table are estimates until it is copied. */
export interface OfflineProgress {
  readonly totalItems: number;
  readonly doneItems: number;
  readonly totalBytes: number;
  readonly doneBytes: number;
}

/** Everything an offline copy must remember is in the journal and in the target: any call may be repeated or killed. */
export interface OfflineContext extends PostgresContext {
  /** Called at most twice a second. */
  progress(progress: OfflineProgress): void;
}

/** Why a call came back: all is done, ask again, or stop. */
export type CallEnd = 'done' | 'budget' | 'interrupted';
