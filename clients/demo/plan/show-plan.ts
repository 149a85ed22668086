import type { Remediation } from '../../../shared/contracts/planning/classification';
import type { InventoryImportResult } from '../../../shared/contracts/planning/import';
import type { PlannedWave, PlanProblem } from '../../../shared/contracts/planning/plan';
import type { Emit } from '../events';
import type { DocumentTables, PlanChange } from './planning-client';

const SHOWN_ROWS = 10;
/** Of each kind of difference. */
const SHOWN_DIFFERENCES = 2;
const MOST_CHARACTERS = 110;

type Row = readonly (string | number)[];

/** What was planned, on the way to whoever watches. */
export class PlanView {
  constructor(private readonly emit: Emit) {}

  readonly say = (text: string): void => this.emit({ event: 'step', text });

  difference({ counts, differences, warnings }: InventoryImportResult): void {
    const { new: added, changed, gone, unchanged } = counts;
    this.say(
      `A dry run says what would change: ${added} workloads new, ${changed} changed, ${gone} gone, ${unchanged} as they were; ${warnings} warnings`,
    );
    const rows = differences.slice(0, 3).map(({ id, change, details }) => [id, change, details.join('; ')]);
    this.#table('Differences', ['workload', 'change', 'what'], rows, differences.length - rows.length);
  }

  readiness(items: readonly Remediation[]): void {
    const kinds = new Map<string, Remediation[]>();
    for (const item of items.filter(({ state }) => state === 'open' || state === 'in-progress'))
      kinds.set(item.key, [...(kinds.get(item.key) ?? []), item]);
    const rows = [...kinds].map(([key, [first, ...more]]): Row => [
      key,
      first?.severity ?? '',
      1 + more.length,
      first?.title ?? '',
    ]);
    this.#some(
      'To be done before workloads move',
      ['kind', 'severity', 'workloads', 'what'],
      byCount(rows, 2),
    );
  }

  waves(waves: readonly PlannedWave[]): void {
    const rows = waves.map(({ number, dates, workloadIds, servers, summary }): Row => [
      number,
      dates?.window.start.slice(0, 16).replace('T', ' ') ?? 'no date',
      workloadIds.length,
      servers,
      // The counts stand in columns of their own.
      summary.replace(/^[^;]*; /, ''),
    ]);
    this.#some('Waves', ['wave', 'begins (UTC)', 'workloads', 'servers', 'what'], rows);
  }

  methods(tables: DocumentTables): void {
    const counts = new Map<string, number>();
    for (const { Method: method, Path: path } of tables.get('Workloads') ?? []) {
      const key = `${method} ${path ?? 'none'}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const rows = [...counts].map(([key, count]): Row => [...key.split(' '), count]);
    this.#some('Methods and paths', ['method', 'path', 'workloads'], byCount(rows, 2));
  }

  bridges(tables: DocumentTables): void {
    const bridges = tables.get('Bridges') ?? [];
    const [first] = bridges;
    if (first === undefined) return;
    this.say(
      `${bridges.length} dependencies are cut and bridged. One of them, ${first['From']} → ${first['To']} (waves ${first['Waves']}): ${first['Bridge']}. ${first['Why']}`,
    );
  }

  problems(problems: readonly PlanProblem[]): void {
    const kinds = new Map<string, PlanProblem[]>();
    for (const problem of problems) kinds.set(problem.code, [...(kinds.get(problem.code) ?? []), problem]);
    const rows = [...kinds.values()].flatMap(([first, ...more]): Row[] =>
      first === undefined ? [] : [[first.severity, 1 + more.length, first.code, first.message]],
    );
    this.#some('Problems', ['severity', 'count', 'code', 'such as'], rows);
  }

  explanation(workloadId: string, sentences: readonly string[]): void {
    this.say(`Why ${workloadId} moves as it does:`);
    for (const sentence of sentences) this.say(`    ${sentence}`);
  }

  change(what: string, { plan, differences, differenceCount }: PlanChange): void {
    const count = `${differenceCount} ${differenceCount === 1 ? 'difference' : 'differences'}`;
    this.say(`${what}: version ${plan.version} of the plan, ${count}`);
    const kinds = new Map<string, string[]>();
    for (const { kind, message } of differences) kinds.set(kind, [...(kinds.get(kind) ?? []), message]);
    for (const [kind, messages] of kinds) {
      for (const message of messages.slice(0, SHOWN_DIFFERENCES)) this.say(`    ${kind}: ${message}`);
      const left = messages.length - SHOWN_DIFFERENCES;
      if (left > 0) this.say(`    ${kind}: and ${left} more`);
    }
    const unread = differenceCount - differences.length;
    if (unread > 0) this.say(`    and ${unread} more of all kinds`);
  }

  #some(title: string, columns: readonly string[], rows: readonly Row[]): void {
    this.#table(title, columns, rows.slice(0, SHOWN_ROWS), Math.max(0, rows.length - SHOWN_ROWS));
  }

  #table(title: string, columns: readonly string[], rows: readonly Row[], left: number): void {
    const cells = rows.map((row) => row.map((cell) => (typeof cell === 'string' ? shortened(cell) : cell)));
    this.emit({ event: 'table', title, columns, rows: cells, left });
  }
}

const byCount = (rows: readonly Row[], column: number): Row[] =>
  [...rows].sort((a, b) => Number(b[column]) - Number(a[column]));

const shortened = (text: string): string =>
  text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text;
