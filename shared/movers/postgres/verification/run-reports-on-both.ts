import type { ReportComparison } from '../../../contracts/postgres-verification';
import type { PostgresContext } from '../postgres-context';
import { compareReport } from './compare-reports';
import { openDatabases } from './open-comparison';
import { ReportSession } from './report-session';
import type { VerificationInput } from './verification-input';

/** Runs the asset's critical reports on old and new side by side, read-only, and compares the answers (R140 R141). Changes nothing; may be repeated. */
export async function runReportsOnBoth(
  context: PostgresContext,
  input: Pick<VerificationInput, 'epoch' | 'mode'>,
): Promise<readonly ReportComparison[]> {
  if (context.asset.reports.length === 0) return [];
  const databases = await openDatabases(context, input);
  const sessions: ReportSession[] = [];
  const open = async (side: 'source' | 'target') => {
    const session = await ReportSession.open(side, context[side]);
    sessions.push(session);
    return session;
  };
  try {
    const leader = await open(databases.leader.side);
    const follower = await open(databases.follower.side);
    const sides = { leader, follower, apply: databases.apply, mode: input.mode };
    const comparisons: ReportComparison[] = [];
    for (const report of context.asset.reports) comparisons.push(await compareReport(sides, report));
    return comparisons;
  } finally {
    await Promise.all([...sessions, databases].map((opened) => opened.close()));
  }
}
