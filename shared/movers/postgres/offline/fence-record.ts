import type { FenceProof } from './fence-state';
import type { OfflineContext } from './offline-context';
import { FENCE, readAll } from './offline-journal';

/** What was before the fence, so that it can be put back exactly. */
export interface KeptConfiguration {
  readonly database: string;
  /** `default_transaction_read_only` as it was set for this database; null: not set. */
  readonly readOnly: string | null;
  /** Who was granted to connect, without our own role; role null: everybody. */
  readonly connect: readonly { readonly role: string | null; readonly grantable: boolean }[];
  /** Our own role where it could connect only by what was granted to others: it got a right of its own. */
  readonly grantedTo: string | null;
}

/** `fencing` comes before the first change and `open` after the last was put back, so that a killed call is always made good. */
export type FenceLine =
  | { readonly kind: 'fencing'; readonly kept: KeptConfiguration }
  | { readonly kind: 'fenced'; readonly proof: FenceProof }
  | { readonly kind: 'open' };

type FenceJournal = Pick<OfflineContext, 'journal' | 'migrationId'>;

/** What stands open to be put back; null where nothing was changed, or all of it was put back. */
export async function keptConfiguration(context: FenceJournal): Promise<KeptConfiguration | null> {
  let kept: KeptConfiguration | null = null;
  for (const line of await fenceLines(context)) {
    if (line.kind === 'fencing') kept = line.kept;
    if (line.kind === 'open') kept = null;
  }
  return kept;
}

export const isFenced = async (context: FenceJournal): Promise<boolean> =>
  (await fenceLines(context)).at(-1)?.kind === 'fenced';

/** Throws `StaleWriteError` where another call wrote meanwhile. */
export async function recordFence(context: FenceJournal, line: FenceLine): Promise<void> {
  const { journal, migrationId } = context;
  await journal.append(migrationId, FENCE, await journal.length(migrationId, FENCE), [line]);
}

const fenceLines = ({ journal, migrationId }: FenceJournal): Promise<readonly FenceLine[]> =>
  readAll<FenceLine>(journal, migrationId, FENCE);
