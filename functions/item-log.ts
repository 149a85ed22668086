import { exportItemLog } from '../shared/movers/files';
import type { Journal } from '../shared/ports/journal';
import { transferIdOf } from './steps/files';

/** The item log of one asset of a cutover (R133), as the mover wrote it. */
export const itemLog =
  (journal: Journal) =>
  (cutoverId: string, assetId: string): AsyncIterable<unknown> =>
    exportItemLog(journal, transferIdOf(cutoverId, assetId));
