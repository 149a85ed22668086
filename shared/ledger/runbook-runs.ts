import type { Cutover } from '../contracts/cutover';
import type { LogDraft } from '../contracts/log-entry';
import type { RunbookRun } from '../contracts/records';
import { create, replace, type Stored } from '../ports/store';
import { changeCutover } from './cutovers';
import { cutoverPartition, runbookRunType } from './documents';
import type { Ledger } from './ledger';

/** Null where the asset's runbook was not asked to run yet. */
export const readRunbookRun = async (
  ledger: Pick<Ledger, 'store'>,
  cutoverId: string,
  assetId: string,
): Promise<RunbookRun | null> =>
  (await ledger.store.read(runbookRunType, cutoverPartition(cutoverId), assetId))?.body ?? null;

/** What becomes of a run's record, and what the log says about it; null: nothing. */
export interface RunbookChange {
  readonly run: RunbookRun;
  readonly entry: Omit<LogDraft, 'at'> | null;
}

/** Changes the record of a run together with its log entry; `decide` gives null to leave it as it is. Returns what is stored then. */
export const changeRunbookRun = (
  ledger: Ledger,
  cutoverId: string,
  assetId: string,
  decide: (run: RunbookRun | null, now: string) => RunbookChange | null,
): Promise<RunbookRun | null> =>
  changeCutover<RunbookRun | null>(ledger, cutoverId, async ({ body: cutover, partition }, now) => {
    const stored: Stored<RunbookRun> | null = await ledger.store.read(runbookRunType, partition, assetId);
    const change = decide(stored?.body ?? null, now);
    if (!change) return { change: null, result: stored?.body ?? null };
    const document = stored
      ? replace(runbookRunType, stored, change.run)
      : create(runbookRunType, assetId, change.run);
    const body: Cutover = { ...cutover, updatedAt: now };
    const log = change.entry === null ? [] : [change.entry];
    return { change: { body, log, documents: [document] }, result: change.run };
  });
