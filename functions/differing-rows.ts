import { VerificationReport } from '../shared/contracts/postgres-verification';
import type { DataReport } from '../shared/contracts/replication';
import { readDifferences } from '../shared/movers/postgres';
import type { Journal } from '../shared/ports/journal';
import { transferIdOf } from './steps/files';
import { liveVerificationIdOf } from './steps/postgres/verify';

/** Rows that the verification behind a report found to differ, values whole; none where it is a report of another kind. */
export const differingRows =
  (journal: Journal) =>
  (cutoverId: string, { assetId, details }: DataReport): AsyncIterable<unknown> => {
    const report = VerificationReport.safeParse(details['report']).data;
    if (report === undefined) return nothing();
    const transferId = transferIdOf(cutoverId, assetId);
    const id = report.mode === 'live' ? liveVerificationIdOf(transferId) : transferId;
    return readDifferences(journal, id, report);
  };

async function* nothing(): AsyncGenerator<never> {
  // A preflight compares no rows.
}
