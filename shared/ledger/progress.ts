import type { DatabaseProgress, DataReport } from '../contracts/replication';
import type { Progress } from '../contracts/transfer';
import { cutoverPartition, databaseProgressType, dataReportType, progressType } from './documents';
import type { Ledger } from './ledger';
import { overwrite } from './overwrite';

/** Overwrites a stage's progress: it is for looking at, decisions rest on the journal. */
export const saveProgress = (ledger: Ledger, cutoverId: string, progress: Progress): Promise<void> =>
  overwrite(ledger, progressType, cutoverPartition(cutoverId), progress.stage, progress);

/** Overwrites what goes on with a database. */
export const saveDatabaseProgress = (
  ledger: Ledger,
  cutoverId: string,
  progress: DatabaseProgress,
): Promise<void> =>
  overwrite(ledger, databaseProgressType, cutoverPartition(cutoverId), progress.assetId, progress);

/** Keeps what a check found, in place of what the one before of its kind did. */
export const saveDataReport = (ledger: Ledger, cutoverId: string, report: DataReport): Promise<void> =>
  overwrite(ledger, dataReportType, cutoverPartition(cutoverId), report.id, report);
