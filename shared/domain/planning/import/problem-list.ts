import type { RowProblem } from '../../../contracts/planning/import';
import type { Position } from './source';

const KEPT = 500;
const shortened = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;

export interface Told {
  readonly column?: string | null;
  readonly value?: string | null;
}

/** A problem at a place of a file, its texts shortened to what a result holds. */
export const rowProblem = (
  severity: RowProblem['severity'],
  { file, sheet, line }: Position,
  message: string,
  { column = null, value = null }: Told = {},
): RowProblem => ({
  severity,
  file: shortened(file, 200),
  sheet: sheet === null ? null : shortened(sheet, 200),
  row: line,
  column: column === null ? null : shortened(column, 300),
  value: value === null ? null : shortened(value, 200),
  message: shortened(message, 500),
});

/** Counts every problem and keeps the first ones of each severity, so that a million bad rows cost no memory. */
export class ProblemList {
  private readonly kept = { error: [] as RowProblem[], warning: [] as RowProblem[] };
  private readonly counts = { error: 0, warning: 0 };

  get errors(): number {
    return this.counts.error;
  }

  get warnings(): number {
    return this.counts.warning;
  }

  add(problem: RowProblem): void {
    this.counts[problem.severity] += 1;
    if (this.kept[problem.severity].length < KEPT) this.kept[problem.severity].push(problem);
  }

  error(at: Position, message: string, told?: Told): void {
    this.add(rowProblem('error', at, message, told));
  }

  warn(at: Position, message: string, told?: Told): void {
    this.add(rowProblem('warning', at, message, told));
  }

  /** Errors first. */
  list(): RowProblem[] {
    return [...this.kept.error, ...this.kept.warning].slice(0, KEPT);
  }
}
