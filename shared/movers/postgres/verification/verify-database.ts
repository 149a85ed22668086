import { MigrationError } from '../../../contracts/errors';
import type { VerificationFinding, VerificationReport } from '../../../contracts/postgres-verification';
import { servingSide } from '../replication/replication-context';
import type { PostgresContext } from '../postgres-context';
import { Slice } from '../slice';
import { compareSchema } from './compare-schema';
import { compareSequences, compareSequencesTakenOver } from './compare-sequences';
import { compareTables } from './compare-tables';
import { openDatabases, type OpenDatabases } from './open-comparison';
import { planVerification } from './plan-verification';
import { runReportsOnBoth } from './run-reports-on-both';
import type { VerifyDatabaseInput, VerifyDatabaseResult } from './verification-input';
import { VerificationJournal, type ExtraLine } from './verification-journal';
import { VerificationTotals } from './verification-totals';

/**
 * Compares two databases row by row, and, on data that nobody writes, sequences, schema and grants; the critical reports in either mode
 * (R139 R140 R142). While one side serves that took over from the other, also whether its sequences did. Goes on where the last call stopped, however it ended; a finished verification returns what it found. Throws
 * `StaleWriteError` where another call does the same at the same time.
 */
export async function verifyDatabase(
  context: PostgresContext,
  input: VerifyDatabaseInput,
): Promise<VerifyDatabaseResult> {
  const journal = new VerificationJournal(context.journal, context.migrationId, input);
  const finished = await journal.report();
  if (finished !== null) return { end: 'done', pausedBy: null, report: finished };

  await planVerification(context, input);
  const totals = await VerificationTotals.read(journal);
  const databases = await openDatabases(context, input);
  let pausedBy: VerifyDatabaseResult['pausedBy'] = null;
  try {
    const end = await Slice.run(context, input.budgetMs, {
      rateOf: ({ verifyBytesPerSecond }) => verifyBytesPerSecond,
      cut: () => databases.close(),
      work: async (slice) => {
        const compared = await compareTables({ databases, journal, totals, slice, mode: input.mode });
        pausedBy = compared.pausedBy;
        if (compared.whole && (await journal.extra()) === null)
          await journal.writeExtra(await compareExtra(context, databases, input));
        return compared.whole;
      },
    });
    const report = await reportOf(context, journal, { totals, input, whole: end === 'done' });
    if (end === 'done') await journal.writeReport(report);
    return { end, pausedBy, report };
  } finally {
    await databases.close();
  }
}

async function compareExtra(
  context: PostgresContext,
  databases: OpenDatabases,
  input: VerifyDatabaseInput,
): Promise<ExtraLine> {
  const { schemas } = context.asset;
  const findings: VerificationFinding[] =
    input.mode === 'final'
      ? [...(await compareSequences(databases, schemas)), ...(await compareSchema(databases, schemas))]
      : input.epoch === 0
        ? []
        : await compareSequencesTakenOver(databases, schemas);
  const reports = [...(await runReportsOnBoth(context, input))];
  for (const { name, verdict, source, target } of reports) {
    if (verdict === 'equal') continue;
    const severity = verdict === 'order' ? 'warning' : 'error';
    const message = `The two sides' answers: ${verdict}.`;
    findings.push({ check: 'report', severity, subject: name, message, source, target });
  }
  return { findings, reports };
}

async function reportOf(
  context: PostgresContext,
  journal: VerificationJournal,
  { totals, input, whole }: { totals: VerificationTotals; input: VerifyDatabaseInput; whole: boolean },
): Promise<VerificationReport> {
  const plan = await journal.plan();
  if (plan === null) throw new MigrationError('internal', 'a verification without its plan');
  const { mode, epoch, round = 1 } = input;
  const finishedAt = whole ? context.clock.now().toISOString() : null;
  return totals.report(
    { mode, epoch, round, leader: servingSide(epoch) },
    plan,
    await journal.extra(),
    finishedAt,
  );
}
