import type { DemoEvent, TableEvent } from './events';
import type { OutageSummary } from './outage-meter';

/** An event as one line for people; null for what only a live view shows. */
export function lineOf(event: DemoEvent): string | null {
  switch (event.event) {
    case 'step':
      return event.text;
    case 'table':
      return tableLines(event).join('\n');
    case 'stage':
      return event.status === 'running'
        ? null
        : `  ${event.workload}: ${event.title}: ${event.status}${event.reason ? ` (${event.reason})` : ''}`;
    case 'gate':
      return `  ? ${event.subject}, ${event.kind}: ${event.question} [${event.roles.join(', ')}]`;
    case 'decision':
      return `  > ${event.by}: ${event.choice} (${event.reason})`;
    case 'outage':
      return `  ${event.workload}: its reader saw ${outageWords(event.summary)}`;
    case 'switch':
      return `  ${event.workload} to the ${event.to}: clients saw an outage of p50 ${event.outageMs.p50} ms, p99 ${event.outageMs.p99} ms; measured ${event.measuredMs} ms, writes blocked for ${event.writeBlockedMs} ms`;
    case 'check':
      return `  ${event.ok ? 'proved' : 'FAILED'}: ${event.name}: ${event.detail}`;
    case 'result':
      return `${event.ok ? 'Everything was proved' : `NOT proved: ${event.error ?? event.failedChecks.join('; ')}`} in ${event.seconds} s`;
    case 'database':
    case 'progress':
    case 'reading':
      return null;
  }
}

function tableLines({ title, columns, rows, left }: TableEvent): string[] {
  const all = [columns, ...rows].map((row) => row.map(String));
  const widths = columns.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const lines = all.map((row) =>
    `    ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
  return [`  ${title}`, ...lines, ...(left > 0 ? [`    and ${left} more`] : [])];
}

export const outageWords = (summary: OutageSummary): string =>
  [
    summary.failures === 0 ? 'no outage' : `an outage of ${seconds(summary.longestOutageMs)}`,
    `${summary.failures} of ${summary.reads} reads failed`,
    `latency p50 ${summary.latencyMs.p50} ms, p99 ${summary.latencyMs.p99} ms`,
  ].join('; ');

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;

export function bytesWords(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1_024 && unit < units.length - 1) {
    value /= 1_024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? ''}`;
}
