import { z } from 'zod';
import { PlanEdit } from '../../shared/contracts/planning/edit';
import { PlanHead, type PlannedWave } from '../../shared/contracts/planning/plan';
import { PlanDifference } from '../../shared/contracts/planning/difference';
import type { Part, Shown } from './command';
import { counted } from './counted';

const Version = z.looseObject({ version: z.number(), by: z.string(), at: z.string(), change: z.string() });
const PlanShown = PlanHead.extend({ edits: z.array(PlanEdit), versions: z.array(Version) }).loose();
const Answer = z.object({
  plan: PlanHead,
  differences: z.array(PlanDifference),
  differenceCount: z.number(),
});

export const WAVE_COLUMNS = ['wave', 'start', 'end', 'zone', 'workloads', 'servers', 'after'];

export const waveRow = ({ number, dates, workloadIds, servers, after, summary }: PlannedWave): object => ({
  wave: number,
  start: dates?.window.start ?? null,
  end: dates?.window.end ?? null,
  zone: dates?.window.timeZone ?? null,
  workloads: workloadIds.length,
  servers,
  after: after.join(' '),
  summary: `${summary}: ${workloadIds.join(' ')}`,
});

const said = (title: string): Part => ({ title, columns: [], rows: [] });
const table = (title: string, columns: readonly string[], rows: readonly object[]): Part[] =>
  rows.length === 0 ? [] : [{ title, columns, rows }];

const standing = (plan: PlanHead): Part[] => [
  said(`${plan.id}: ${plan.name}, version ${plan.version} of ${plan.changedAt} by ${plan.changedBy}`),
  said(
    `${counted(plan.workloads, 'workload')} of portfolio ${plan.portfolioId} (version ${plan.portfolioVersion}) in ${counted(plan.waves, 'wave')}`,
  ),
  said(`Hash to approve: ${plan.contentHash}`),
  said(
    plan.approval === null
      ? `Not approved${plan.errors > 0 ? `; ${counted(plan.errors, 'error')} against it: see plan problems` : ''}`
      : `Approved by ${plan.approval.by} at ${plan.approval.at}: ${plan.approval.reason}`,
  ),
];

export function showPlan(answer: unknown): Shown {
  const plan = PlanShown.parse(answer);
  const started = Object.entries(plan.started).map(([wave, id]) => ({ wave, id }));
  const edits = plan.edits.map(({ kind, reason, ...rest }, index) => ({
    edit: index + 1,
    kind,
    of: Object.values(rest).map(inWords).join(' '),
    reason,
  }));
  const parts = [
    ...standing(plan),
    ...table('Started', ['wave', 'id'], started),
    ...table('Confirmed', ['wave', 'by', 'at'], plan.confirmations),
    ...table('Edits', ['edit', 'kind', 'of', 'reason'], edits),
    ...table('Versions', ['version', 'at', 'by', 'change'], plan.versions),
  ];
  return { kind: 'parts', item: plan, parts };
}

const inWords = (value: unknown): string => {
  if (Array.isArray(value)) return value.join(' ');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.values(value).join(' ');
};

/** A plan that was made or changed, and what is different where there was one before. */
export function showChange(answer: unknown, isNew = false): Shown {
  const changed = Answer.parse(answer);
  const { plan, differences, differenceCount } = changed;
  const rest = differenceCount - differences.length;
  const parts = [
    ...standing(plan),
    ...(isNew
      ? []
      : [
          said(
            differenceCount === 0 ? 'Nothing is different.' : `${counted(differenceCount, 'difference')}:`,
          ),
        ]),
    ...differences.map(({ kind, message }) => said(`  ${kind}: ${message}`)),
    ...(rest > 0 ? [said(`  and ${rest} more: see plan diff`)] : []),
  ];
  return { kind: 'parts', item: changed, parts };
}
