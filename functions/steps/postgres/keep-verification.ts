import type { DataReport } from '../../../shared/contracts/replication';
import type { VerificationReport } from '../../../shared/contracts/postgres-verification';
import type { Evidence, StepResult } from '../../../shared/contracts/step';
import { saveDataReport } from '../../../shared/ledger/progress';
import { done, type StepContext } from '../step';
import type { Database } from './database';

/** Keeps what a comparison found where people can read it whole, and says whether it stands in the way. */
export const keepVerification = async (
  { services, cutover }: StepContext,
  { asset }: Pick<Database, 'asset'>,
  kind: DataReport['kind'],
  report: VerificationReport,
): Promise<StepResult> => {
  const words = wordsOf(asset.id, report);
  const kept: DataReport = {
    ...{ id: `${kind}.${asset.id}`, kind, assetId: asset.id },
    at: services.clock.now().toISOString(),
    ok: report.equal,
    summary: words,
    details: { report },
  };
  await saveDataReport(services.ledger, cutover.id, kept);
  const facts = factsOf(kept, report);
  if (report.equal) return done('postgres-mover', words, facts);
  const { differenceCount: rows, epoch, round } = report;
  const differing = rows > 0 ? { assetId: asset.id, rows, epoch, round } : null;
  return { kind: 'failed', code: 'data-differs', reason: words, facts, differing };
};

const wordsOf = (assetId: string, report: VerificationReport): string => {
  const { checkedRows, checkedTables, differenceCount, findings, unsettledRows } = report;
  const live = report.mode === 'live' ? ' while live' : '';
  const compared = `${assetId}: ${checkedRows} rows of ${checkedTables} tables compared${live}`;
  const unsettled = unsettledRows > 0 ? `; ${unsettledRows} changed too often to be judged` : '';
  if (report.equal) return `${compared}: all equal${unsettled}`;
  const first = findings.find(({ severity }) => severity === 'error');
  const why = first ? `: ${first.subject}: ${first.message}` : '';
  return `${compared}: ${differenceCount} rows and ${report.findingCount} other findings differ${why}`.slice(
    0,
    2_000,
  );
};

/** Rows with both their values are in the report: evidence stays small. */
const factsOf = (kept: DataReport, report: VerificationReport): Evidence['facts'] => ({
  report: kept.id,
  checkedTables: report.checkedTables,
  checkedRows: report.checkedRows,
  checkedBytes: report.checkedBytes,
  recheckedChunks: report.recheckedChunks,
  unsettledRows: report.unsettledRows,
  differenceCount: report.differenceCount,
  findingCount: report.findingCount,
  reports: report.reports.map(({ name, verdict: equal }) => ({ name, verdict: equal })),
  forecastMs: report.trial.forecastMs,
  workedMs: report.workedMs,
});
