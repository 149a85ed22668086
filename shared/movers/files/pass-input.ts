import type { FilesAsset } from '../../contracts/workload';

export interface PassInput {
  readonly asset: FilesAsset;
  /** The journal of this asset's transfer: one transfer, one target prefix. */
  readonly transferId: string;
  /** 1, 2, …; a pass is finished before the next one starts. */
  readonly pass: number;
  /** Which enumeration of the pass: a greater one begins it anew and leaves the earlier ones behind. Absent: 1. */
  readonly generation?: number;
}
