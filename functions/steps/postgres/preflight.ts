import type { PreflightFinding, PreflightReport } from '../../../shared/contracts/postgres';
import type { DataReport } from '../../../shared/contracts/replication';
import type { StepResult } from '../../../shared/contracts/step';
import { saveDataReport } from '../../../shared/ledger/progress';
import { migrationStates, preflight, type Direction } from '../../../shared/movers/postgres';
import { done, failed, type StepContext } from '../step';
import { tryCopyFirst } from './copy-trial';
import { onDatabase, type Database } from './database';
import { each } from './each-database';
import { rememberSchema } from './schema-watch';

/** What an earlier cutover left standing on purpose looks like this. */
const TAKEN_OVER: ReadonlySet<PreflightFinding['code']> = new Set([
  'left-over',
  'target-not-empty',
  'other-subscription',
]);

const WORDS_SHOWN = 3_500;

/** R17 R18 R92: looks at both databases and their servers before anything is made there; what blocks is named with its remedy. */
export const preflightData = onDatabase(async (context, database) => {
  const { source } = await migrationStates(database);
  const standing = source !== null;
  const report = await preflight(database, 'forward');
  const blocking = blockingOf(report).filter(({ code }) => !standing || !TAKEN_OVER.has(code));
  await keep(context, database, report, blocking);
  const stopped = blockedBy(database, blocking);
  if (stopped) return stopped;
  await rememberSchema(database, 'source');
  const { versions, tables, sizeBytes, findings, fingerprint } = report;
  const warned = findings.filter(({ severity }) => severity === 'warn').length;
  const takenOver = standing ? '; the replication of an earlier cutover is taken over' : '';
  return done(
    'postgres-mover',
    `${database.asset.id}: PostgreSQL ${versions.source} to ${versions.target}, ${tables} tables; nothing is in the way, ${warned} warnings${takenOver}`,
    {
      versions,
      tables,
      sizeBytes,
      warnings: warned,
      takenOver: standing,
      report: `preflight.${database.asset.id}`,
      schemaFingerprint: fingerprint,
    },
  );
});

const blockingOf = ({ findings }: PreflightReport): PreflightFinding[] =>
  findings.filter(({ severity }) => severity === 'block');

/** Each finding by its name, with what makes it go away; null where there is none. */
const blockedBy = ({ asset }: Database, blocking: readonly PreflightFinding[]): StepResult | null => {
  if (blocking.length === 0) return null;
  const words = blocking.map(
    ({ code, side, subject, message, fixedBy }) => `${code} (${side}, ${subject}): ${message} ${fixedBy}`,
  );
  return failed('preflight-blocks', `${asset.id}: ${words.join('; ')}`.slice(0, WORDS_SHOWN), {
    report: `preflight.${asset.id}`,
    findings: blocking
      .slice(0, 20)
      .map(({ code, side, subject }) => ({ code, side, subject: subject.slice(0, 200) })),
  });
};

const keep = (
  { services, cutover }: StepContext,
  { asset }: Database,
  report: PreflightReport,
  blocking: readonly PreflightFinding[],
): Promise<void> => {
  const kept: DataReport = {
    ...{ id: `preflight.${asset.id}`, kind: 'preflight', assetId: asset.id },
    at: services.clock.now().toISOString(),
    ok: blocking.length === 0,
    summary: `${blocking.length} of ${report.findings.length} findings block`,
    details: { report },
  };
  return saveDataReport(services.ledger, cutover.id, kept);
};

/** R92: what an offline copy needs of both databases, before anything is made there; null where nothing is in the way. */
export const checkDatabases = each(
  onDatabase(async (context, database) => {
    const report = await preflight(database, 'forward', 'offline');
    const blocking = blockingOf(report);
    await keep(context, database, report, blocking);
    return (
      blockedBy(database, blocking) ??
      (await tryCopyFirst(context, database)) ??
      done('postgres-mover', `${database.asset.id}: nothing is in the way`)
    );
  }),
);

/** What keeps one side from following the other, now that both have the tables; null where nothing does. */
export const cannotFollow = async (database: Database, direction: Direction): Promise<StepResult | null> => {
  const report = await preflight(database, direction);
  const blocking = blockingOf(report).filter(({ code }) => !TAKEN_OVER.has(code));
  return blockedBy(database, blocking);
};
