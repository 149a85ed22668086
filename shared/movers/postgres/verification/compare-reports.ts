import type { CriticalReport } from '../../../contracts/postgres';
import type { ReportComparison, VerificationMode } from '../../../contracts/postgres-verification';
import type { ApplyProgress } from './apply-progress';
import { compareAnswers, type Answer } from './compare-answers';
import { agrees } from './judge-readings';
import type { ReportSession } from './report-session';

interface ReportSides {
  readonly leader: ReportSession;
  readonly follower: ReportSession;
  readonly apply: ApplyProgress;
  readonly mode: VerificationMode;
}

const RECHECKS = 4;

/**
 * Asks both sides the same, at the same time and read-only, and compares the answers as canonical JSON (R140 R141). While
 * applications write, an answer of the side that follows may be any that the other one gave around it, once replication had caught up.
 */
export async function compareReport(sides: ReportSides, report: CriticalReport): Promise<ReportComparison> {
  let [ours, theirs] = await Promise.all([sides.leader.ask(report.sql), sides.follower.ask(report.sql)]);
  for (let recheck = 0; sides.mode === 'live' && recheck < RECHECKS; recheck += 1) {
    if (!mayBeLate(ours, theirs)) break;
    const before = ours;
    await sides.apply.caughtUp();
    theirs = await sides.follower.ask(report.sql);
    ours = await sides.leader.ask(report.sql);
    const reading = { before: textOf(before), follower: textOf(theirs), after: textOf(ours) };
    if (agrees(reading) && reading.follower === reading.before) ours = before;
  }
  const [source, target] = sides.leader.side === 'source' ? [ours, theirs] : [theirs, ours];
  return { name: report.name, ...compareAnswers(source, target) };
}

const textOf = (answer: Answer): string => (answer.kind === 'rows' ? answer.lines.join('\n') : answer.kind);

const mayBeLate = (ours: Answer, theirs: Answer): boolean =>
  ours.kind === 'rows' && theirs.kind === 'rows' && textOf(ours) !== textOf(theirs);
