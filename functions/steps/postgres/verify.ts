import type { VerificationReport } from '../../../shared/contracts/postgres-verification';
import type { StepResult } from '../../../shared/contracts/step';
import { migrationStates, verifyDatabase, type VerifyDatabaseResult } from '../../../shared/movers/postgres';
import { interruptedOrAgain, transferIdOf } from '../files';
import { failed, type StepContext } from '../step';
import { onDatabase, type Database } from './database';
import { keepVerification } from './keep-verification';
import { resendFirst } from './resend';
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
  const mover = ofThisCutover(database);
  const sending = await resendFirst(context, database, { mover, mode: 'live', epoch });
  if (sending) return sending;
  const kind = context.order.stage === 'verify-after' ? 'after' : 'live';
  return compareLive(context, database, { epoch, kind });
});

/** Compares both databases as they are in an epoch, one slice of it, and keeps what was found as a report of that kind. */
export const compareLive = async (
  context: StepContext,
  database: Database,
  { epoch, kind }: { readonly epoch: number; readonly kind: 'live' | 'after' | 'returned' },
): Promise<StepResult> => {
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
  if (found.end === 'done') return keepVerification(context, database, kind, found.report);
  if (kind === 'returned' && isStuck(found)) return failed('follower-behind', stuckInWords(database, found));
  return { kind: 'pending', retryAfterMs: found.pausedBy === null ? 0 : PAUSED_MS };
};

const PATIENCE_MS = 10 * 60_000;

/** Whether the side that follows has kept its verification waiting for longer than that worked: nobody can turn back from a way back. */
export const isStuck = ({
  pausedBy,
  report: { pausedMs, workedMs },
}: Pick<VerifyDatabaseResult, 'pausedBy'> & {
  readonly report: Pick<VerificationReport, 'pausedMs' | 'workedMs'>;
}): boolean => pausedBy === 'lag' && pausedMs > Math.max(PATIENCE_MS, workedMs);

const stuckInWords = ({ asset }: Database, { report }: VerifyDatabaseResult): string =>
  `${asset.id}: the side that follows does not get on, it was waited for during ${Math.round(report.pausedMs / 60_000)} minutes; ` +
  detailOf(report, null);

export const liveVerificationIdOf = (transferId: string): string => `${transferId}.verification`;

/** The replication outlives a cutover; what was verified belongs to the cutover that asked. */
const ofThisCutover = (database: Database): Database => ({
  ...database,
  journal: scopedJournal(
    database.journal,
    liveVerificationIdOf(transferIdOf(database.cutoverId, database.asset.id)),
  ),
});

const detailOf = (report: VerificationReport, pausedBy: string | null): string =>
  `${report.checkedTables} of ${report.tables} tables, ${report.checkedRows} rows compared, ${report.differenceCount} differ` +
  (pausedBy === null ? '' : `; waits: ${pausedBy}`);
