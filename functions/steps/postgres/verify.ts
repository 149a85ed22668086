import type { DataReport } from '../../../shared/contracts/replication';
import type { VerificationReport } from '../../../shared/contracts/postgres-verification';
import type { Evidence, StepResult } from '../../../shared/contracts/step';
import { saveDataReport } from '../../../shared/ledger/progress';
import { migrationStates, verifyDatabase } from '../../../shared/movers/postgres';
import { interruptedOrAgain, transferIdOf } from '../files';
import { done, failed, type StepContext } from '../step';
import { onDatabase, type Database } from './database';
import { scopedJournal } from './scoped-journal';
import { tellWork } from './tell-progress';

/** A slice gives way after this long, so that commands and limits take hold. */
const SLICE_MS = 20_000;
const PAUSED_MS = 2_000;

/**
 * R139 R140 R141 R142: compares both databases, to the row and its values, while one serves and the other follows; critical reports
 * are asked of both. A try of its own looks at everything anew.
 */
export const verifyLive = onDatabase(async (context, database) => {
  const { source } = await migrationStates(database);
  if (source === null)
    return failed('not-followed', `${database.asset.id} is not followed: there is nothing to compare`);
  const { epoch } = source;
  const found = await verifyDatabase(ofThisCutover(database), {
    epoch,
    mode: 'live',
    round: Number(context.order.input['attempt'] ?? 1),
    budgetMs: SLICE_MS,
  });
  await tellWork(context, database, 'verifying', detailOf(found.report, found.pausedBy), {
    tables: found.report.checkedTables,
    total: found.report.tables,
    bytes: Math.round(found.report.checkedBytes),
  });
  if (found.end === 'interrupted') return interruptedOrAgain(context);
  if (found.end === 'budget')
    return { kind: 'pending', retryAfterMs: found.pausedBy === null ? 0 : PAUSED_MS };
  return verdict(context, database, found.report);
});

/** The replication outlives a cutover; what was verified belongs to the cutover that asked. */
const ofThisCutover = (database: Database): Database => ({
  ...database,
  journal: scopedJournal(
    database.journal,
    `${transferIdOf(database.cutoverId, database.asset.id)}.verification`,
  ),
});

const detailOf = (report: VerificationReport, pausedBy: string | null): string =>
  `${report.checkedTables} of ${report.tables} tables, ${report.checkedRows} rows compared, ${report.differenceCount} differ` +
  (pausedBy === null ? '' : `; waits: ${pausedBy}`);

const verdict = async (
  { services, cutover, order }: StepContext,
  { asset }: Database,
  report: VerificationReport,
): Promise<StepResult> => {
  const kind = order.stage === 'verify-after' ? 'after' : 'live';
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
  return report.equal ? done('postgres-mover', words, facts) : failed('data-differs', words, facts);
};

const wordsOf = (assetId: string, report: VerificationReport): string => {
  const { checkedRows, checkedTables, differenceCount, findings, unsettledRows } = report;
  const compared = `${assetId}: ${checkedRows} rows of ${checkedTables} tables compared while live`;
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
