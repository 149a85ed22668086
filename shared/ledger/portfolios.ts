import { MigrationError, StaleWriteError } from '../contracts/errors';
import { Connection, InventoryWorkload, type Portfolio } from '../contracts/planning/portfolio';
import type { RecordedPortfolio } from '../contracts/planning/records';
import type { Principal } from '../contracts/principal';
import { emptyLog } from '../domain/log-chain';
import type { Stored } from '../ports/store';
import { commitHead, untilFresh, type ContentLedger } from './content-ledger';
import { readContentList } from './content-lists';
import { portfolioPartition, portfolioType } from './documents';
import { nowIso, type Ledger } from './ledger';
import {
  addition,
  makingRoom,
  moveVersions,
  portfolioVersion,
  portfolioVersions,
} from './portfolio-versions';
import { writeContent } from './versioned-content';

export interface PortfolioChange {
  /** `imported` and `corrected` make their author one of its editors; who confirms or tracks states facts only. */
  readonly kind: 'imported' | 'corrected' | 'confirmed' | 'tracked';
  /** In words, for its log. */
  readonly summary: string;
}

/** Null where there is none. */
export const findPortfolio = (
  ledger: Pick<Ledger, 'store'>,
  id: string,
): Promise<Stored<RecordedPortfolio> | null> =>
  untilFresh(async () => {
    const read = () => ledger.store.read(portfolioType, portfolioPartition(id), id);
    const stored = await read();
    if (stored?.body.versions === undefined) return stored;
    await moveVersions(ledger, stored);
    return read();
  });

/** Throws `not-found`. */
export const readPortfolio = async (
  ledger: Pick<Ledger, 'store'>,
  id: string,
): Promise<Stored<RecordedPortfolio>> => {
  const stored = await findPortfolio(ledger, id);
  if (stored) return stored;
  throw new MigrationError('not-found', `there is no portfolio ${id}: import an inventory first`);
};

/** A version's content, the newest where none is named. */
export const portfolioContent = async (
  { store, journal }: Pick<ContentLedger, 'store' | 'journal'>,
  head: RecordedPortfolio,
  version: number = head.version,
): Promise<Portfolio> => {
  const kept = await portfolioVersion({ store }, head, version);
  const journalId = portfolioPartition(head.id);
  return {
    workloads: await readContentList(journal, journalId, kept, 'workloads', InventoryWorkload),
    connections: await readContentList(journal, journalId, kept, 'connections', Connection),
  };
};

const SCHEMAS = { workloads: InventoryWorkload, connections: Connection };
const EMPTY: Portfolio = { workloads: [], connections: [] };

/** Content with its head as they were read together; an empty one before the first import. */
export interface OpenPortfolio {
  readonly head: Stored<RecordedPortfolio> | null;
  readonly content: Portfolio;
}

export const openPortfolio = async (ledger: ContentLedger, id: string): Promise<OpenPortfolio> => {
  const head = await findPortfolio(ledger, id);
  return { head, content: head === null ? EMPTY : await portfolioContent(ledger, head.body) };
};

/**
 * The next version of a portfolio. The same content again is no version. `StaleWriteError` where it has changed since `head` was
 * read: then nothing of this is to be seen.
 */
export const savePortfolio = async (
  ledger: ContentLedger,
  principal: Pick<Principal, 'name'>,
  id: string,
  head: Stored<RecordedPortfolio> | null,
  content: Portfolio,
  change: PortfolioChange,
): Promise<Stored<RecordedPortfolio>> => {
  const partition = portfolioPartition(id);
  const { workloads, connections } = content;
  const lists = { workloads, connections };
  const kept = head === null ? [] : await portfolioVersions(ledger, head.body);
  const before = { version: head?.body.version ?? 0, versions: kept.map(({ body }) => body) };
  const written = await writeContent(ledger.journal, partition, before, lists, SCHEMAS);
  if (head?.body.contentHash === written.contentHash) return head;
  const version = before.version + 1;
  const [by, at] = [principal.name, nowIso(ledger)];
  const added = { version, by, at, change: change.summary.slice(0, 1_000), ...written, plans: [] };
  const shapes = change.kind === 'imported' || change.kind === 'corrected';
  const body: RecordedPortfolio = {
    id,
    version,
    contentHash: written.contentHash,
    workloads: workloads.length,
    servers: workloads.reduce((sum, { servers }) => sum + servers.length, 0),
    connections: connections.length,
    changedBy: by,
    changedAt: at,
    log: head?.body.log ?? emptyLog(partition),
    eventSequence: head?.body.eventSequence ?? 0,
    editors: [...new Set([...(head?.body.editors ?? []), ...(shapes ? [by] : [])])],
  };
  const facts = { version, contentHash: body.contentHash };
  await commitHead(ledger, portfolioType, partition, head, {
    body,
    log: [{ kind: `portfolio.${change.kind}`, actor: by, summary: change.summary.slice(0, 4_000), facts }],
    events: [{ type: 'portfolio.changed', data: { portfolioId: id, change: change.kind, by, ...facts } }],
    documents: [addition(added), ...makingRoom(kept)],
  });
  return readPortfolio(ledger, id);
};

/**
 * Changes one workload of a portfolio. `version` of its head where the author names the one that was read (`StaleWriteError`), null
 * where the change holds for any. Throws `not-found`.
 */
export const changeInventoryWorkload = async (
  ledger: ContentLedger,
  principal: Pick<Principal, 'name'>,
  id: string,
  workloadId: string,
  version: string | null,
  change: (workload: InventoryWorkload) => PortfolioChange & { readonly workload: InventoryWorkload },
): Promise<{ readonly head: Stored<RecordedPortfolio>; readonly workload: InventoryWorkload }> => {
  const attempt = async () => {
    const head = await readPortfolio(ledger, id);
    if (version !== null && head.version !== version)
      throw new StaleWriteError(`portfolio ${id} has changed since it was read`);
    const content = await portfolioContent(ledger, head.body);
    const { workload, ...rest } = change(inventoryWorkload(content, id, workloadId));
    const workloads = content.workloads.map((each) => (each.id === workloadId ? workload : each));
    const saved = await savePortfolio(ledger, principal, id, head, { ...content, workloads }, rest);
    return { head: saved, workload };
  };
  return version === null ? untilFresh(attempt) : attempt();
};

/** Throws `not-found`. */
export const inventoryWorkload = (content: Portfolio, id: string, workloadId: string): InventoryWorkload => {
  const found = content.workloads.find((workload) => workload.id === workloadId);
  if (found) return found;
  throw new MigrationError('not-found', `portfolio ${id} has no workload ${workloadId}`);
};
