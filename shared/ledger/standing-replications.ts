import type { EventDraft } from './record';
import { isEnded } from '../contracts/cutover';
import type { LogDraft } from '../contracts/log-entry';
import type { RecordedWorkload } from '../contracts/records';
import type { StandingReplication } from '../contracts/replication';
import { create, remove, replace, type Operation, type Stored } from '../ports/store';
import { changeCutover, readCutover } from './cutovers';
import { standingReplicationType, workloadPartition, workloadType } from './documents';
import { nowIso, type Ledger } from './ledger';
import { changeSubject } from './record';

type Named = Pick<StandingReplication, 'workloadId' | 'cutoverId'> & { readonly assetId: string };

const read = (ledger: Ledger, { workloadId, assetId }: Omit<Named, 'cutoverId'>) =>
  ledger.store.read(standingReplicationType, workloadPartition(workloadId), assetId);

/** Says that a replication stands, before anything is made in the databases. One that stands already is taken over. */
export const keepReplication = async (ledger: Ledger, named: Named): Promise<void> => {
  const stored = await read(ledger, named);
  if (stored?.body.cutoverId === named.cutoverId && stored.body.givenUp === null) return;
  const { workloadId, cutoverId, assetId } = named;
  const fresh = { id: assetId, workloadId, since: nowIso(ledger), alarmed: false };
  const body: StandingReplication = { ...fresh, ...stored?.body, cutoverId, givenUp: null };
  const operation: Operation = stored
    ? replace(standingReplicationType, stored, body)
    : create(standingReplicationType, assetId, body);
  await ledger.store.commit(workloadPartition(workloadId), [operation]);
};

/** Nothing of it is left in the databases. Forgotten already: no change. */
export const forgetReplication = async (ledger: Ledger, named: Omit<Named, 'cutoverId'>): Promise<void> => {
  const stored = await read(ledger, named);
  if (stored)
    await ledger.store.commit(workloadPartition(named.workloadId), [remove(standingReplicationType, stored)]);
};

export type WalNews =
  /** Above its first limit, or below it again. */
  | { readonly kind: 'alarm' | 'calm'; readonly words: string }
  | { readonly kind: 'given-up'; readonly words: string };

/** Tells of a change in what a replication makes its server keep, once for each change, in the log of whoever it belongs to now. */
export const recordWalNews = async (
  ledger: Ledger,
  standing: Stored<StandingReplication>,
  news: WalNews,
): Promise<void> => {
  const { body } = standing;
  const alarmed = news.kind === 'alarm';
  if (news.kind !== 'given-up' && alarmed === body.alarmed) return;
  const givenUp = news.kind === 'given-up' ? news.words.slice(0, 1_000) : null;
  const next = replace(standingReplicationType, standing, { ...body, alarmed, givenUp });
  await ledger.store.commit(standing.partition, [next]);
  if (news.kind === 'calm') return;
  const type = news.kind === 'alarm' ? 'replication.alarmed' : 'replication.given-up';
  const { workloadId, cutoverId, id: assetId } = body;
  const entry = {
    kind: type,
    actor: 'postgres-mover',
    summary: news.words.slice(0, 4_000),
    facts: { assetId },
  };
  const event: EventDraft = { type, data: { workloadId, cutoverId, assetId, words: news.words } };
  await tell(ledger, body, entry, event);
};

/** The log of a cutover is closed when it has ended: then it is its workload that is told. */
const tell = async (
  ledger: Ledger,
  { workloadId, cutoverId }: StandingReplication,
  entry: Omit<LogDraft, 'at'>,
  event: EventDraft,
): Promise<void> => {
  const { body: cutover } = await readCutover(ledger, cutoverId);
  const draft = { log: [entry], events: [event] };
  if (!isEnded(cutover.status))
    return changeCutover<void>(ledger, cutoverId, ({ body }) => ({
      change: { body, ...draft },
      result: undefined,
    }));
  return changeSubject<RecordedWorkload, void>(
    ledger.store,
    workloadType,
    workloadPartition(workloadId),
    workloadId,
    () => nowIso(ledger),
    ({ body }) => ({ change: { body, ...draft }, result: undefined }),
  );
};
