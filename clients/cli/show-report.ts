import { PreflightReport } from '../../shared/contracts/postgres';
import { VerificationReport, type RowDifference } from '../../shared/contracts/postgres-verification';
import type { Part, Shown } from './command';
import { showPreflight } from './show-preflight';
import { showTrial } from './show-trial';

export const DIFFERENCE_COLUMNS = ['table', 'kind', 'key', 'column', 'source', 'target'];

/** A line for each column that differs. */
export function differenceRows({ table, kind, key, columns, copies }: RowDifference): object[] {
  const named = Object.entries(key ?? {}).map(([name, value]) => `${name}=${value}`);
  const row = {
    table: `${table.schema}.${table.name}`,
    kind,
    key: key === null ? `no key; ${copies.source} and ${copies.target} times` : named.join(' '),
  };
  if (columns.length === 0) return [row];
  return columns.map(({ name, source, target }) => ({
    ...{ ...row, column: name },
    source: copies.source === 0 ? null : (source ?? 'NULL'),
    target: copies.target === 0 ? null : (target ?? 'NULL'),
  }));
}

/** A verification, preflight or trial as people can read it; anything else as it is. */
export function showReport(report: Record<string, unknown>): Shown {
  const details = report['details'] as { readonly report?: unknown; readonly trial?: unknown } | undefined;
  const verification = VerificationReport.safeParse(details?.report).data;
  const found = PreflightReport.safeParse(details?.report).data;
  const tried = showTrial(details?.trial);
  if (verification === undefined && found === undefined && tried === null)
    return { kind: 'item', item: report };
  const { id, at, summary } = report;
  const parts = [
    { title: `${String(id)}  ${String(at)}  ${String(summary)}`, facts: [] },
    ...(verification === undefined ? [] : partsOf(verification)),
    ...(found === undefined ? [] : showPreflight(found)),
    ...(tried ?? []),
  ];
  return { kind: 'parts', item: report, parts };
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

function partsOf(found: VerificationReport): Part[] {
  const { differences, differenceCount, findings, findingCount, reports, trial } = found;
  const size = `${(found.checkedBytes / 1e6).toFixed(1)} MB in ${found.chunks} chunks, ${found.recheckedChunks} of them rechecked`;
  const took = `took ${seconds(found.workedMs)} (forecast by a sample: ${seconds(trial.forecastMs)}), paused ${seconds(found.pausedMs)}`;
  const part = (title: string, columns: readonly string[], rows: readonly object[]): Part[] =>
    rows.length === 0 ? [] : [{ title, columns, rows }];
  const rest = (shown: number, all: number, more: string) =>
    shown < all ? `, the first ${shown}${more}` : '';
  return [
    { title: `${size}; ${took}`, facts: [] },
    ...part(
      `${differenceCount} rows differ${rest(differences.length, differenceCount, ' (all: cutovers rows)')}`,
      DIFFERENCE_COLUMNS,
      differences.flatMap(differenceRows),
    ),
    ...part(
      `${findingCount} other findings${rest(findings.length, findingCount, '')}`,
      ['severity', 'check', 'subject', 'message', 'source', 'target'],
      findings,
    ),
    ...part('Critical reports', ['name', 'verdict', 'source', 'target'], reports),
  ];
}
