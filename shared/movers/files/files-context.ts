import type { TransferLimits } from '../../contracts/transfer';
import type { BlobTargets } from '../../ports/blob-target';
import type { Clock } from '../../ports/clock';
import type { Journal } from '../../ports/journal';
import type { WorkClaim } from '../../ports/worker';

/** What a slice has done so far of its part; cumulative over resumed slices. */
export interface SliceProgress {
  readonly totalItems: number;
  readonly doneItems: number;
  readonly totalBytes: number;
  readonly doneBytes: number;
}

/** What the mover of files works with. Everything it must remember is in the journal: any call may be repeated or killed. */
export interface FilesContext {
  readonly journal: Journal;
  readonly blobs: BlobTargets;
  readonly clock: Clock;
  /** This slice's share of the limits; asked again at each checkpoint, so that a change takes hold while it runs. */
  limits(): Promise<TransferLimits>;
  readonly claim: Pick<WorkClaim, 'heartbeat' | 'interrupted'>;
  /** Called at most twice a second. */
  progress(progress: SliceProgress): void;
}

/** Why a slice came back before its part was done: ask again later, or stop. */
export type SliceEnd = 'done' | 'budget' | 'interrupted';
