import type { PostgresLimits } from '../../../contracts/postgres';
import { Slice, type SliceEnd } from '../slice';
import type { OfflineContext, OfflineProgress } from './offline-context';

export { SliceStopped } from '../slice';
export type OfflineSlice = Slice;

interface OfflineWork {
  readonly work: (slice: OfflineSlice) => Promise<boolean>;
  readonly progress: () => OfflineProgress;
}

/** A slice of a copy or a backup: tells its progress at every checkpoint and in the end. */
export const OfflineSlice = {
  run: async (
    context: OfflineContext,
    budgetMs: number,
    { work, progress }: OfflineWork,
  ): Promise<SliceEnd> => {
    const tell = () => context.progress(progress());
    const end = await Slice.run(context, budgetMs, { work, tell, rateOf: shareOf });
    tell();
    return end;
  },
};

/** As many calls as there are streams run side by side: each has an equal share of what all may send together (R131). */
const shareOf = ({ bytesPerSecond, copyWorkers }: PostgresLimits): number | null =>
  bytesPerSecond === null ? null : bytesPerSecond / copyWorkers;
