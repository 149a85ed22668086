import type { RowDifference, VerificationReport } from '../../../contracts/postgres-verification';
import type { KeyRange } from './key-ranges';
import { shorten } from './row-differences';
import type { ChunkLine, ExtraLine, PlanLine, VerificationJournal } from './verification-journal';

const SHOWN_DIFFERENCES = 20;
const SHOWN_FINDINGS = 50;

/** What the journal says was done of one table. */
export interface TableState {
  readonly last: KeyRange;
  readonly rows: number;
  readonly ms: number;
  readonly recorded: number;
}

/** Adds up what was compared so far, over all calls. */
export class VerificationTotals {
  private readonly tables = new Map<number, TableState>();
  private readonly shown: RowDifference[] = [];
  private readonly sums = {
    rows: 0,
    bytes: 0,
    chunks: 0,
    rechecked: 0,
    unsettled: 0,
    differences: 0,
    ms: 0,
    paused: 0,
  };

  static async read(journal: VerificationJournal): Promise<VerificationTotals> {
    const totals = new VerificationTotals();
    for await (const line of journal.results()) {
      if ('paused' in line) totals.pause(line.paused);
      else totals.add(line.chunk, line.differences);
    }
    return totals;
  }

  add(chunk: ChunkLine, differences: readonly RowDifference[]): void {
    const recorded = (this.tables.get(chunk.table)?.recorded ?? 0) + chunk.recorded;
    const { after, upTo, rows, ms } = chunk;
    this.tables.set(chunk.table, { last: { after, upTo }, rows, ms, recorded });
    this.shown.push(...differences.slice(0, SHOWN_DIFFERENCES - this.shown.length).map(shorten));
    const { sums } = this;
    sums.rows += rows;
    sums.bytes += chunk.bytes;
    sums.chunks += 1;
    sums.rechecked += chunk.rechecked ? 1 : 0;
    sums.unsettled += chunk.unsettledRows;
    sums.differences += chunk.differences;
    sums.ms += ms;
  }

  pause(ms: number): void {
    this.sums.paused += ms;
  }

  /** Null where the table was not begun. */
  of(table: number): TableState | null {
    return this.tables.get(table) ?? null;
  }

  isDone(table: number): boolean {
    return this.tables.get(table)?.last.upTo === null;
  }

  report(
    input: Pick<VerificationReport, 'mode' | 'epoch' | 'round' | 'leader'>,
    { plan, findings, startedAt }: PlanLine,
    extra: ExtraLine | null,
    finishedAt: string | null,
  ): VerificationReport {
    const { sums } = this;
    const all = [...findings, ...(extra?.findings ?? [])];
    const wrong = sums.differences > 0 || all.some(({ severity }) => severity === 'error');
    return {
      ...input,
      tables: plan.tables,
      checkedTables: [...this.tables.keys()].filter((table) => this.isDone(table)).length,
      ...{ checkedRows: sums.rows, checkedBytes: Math.round(sums.bytes), chunks: sums.chunks },
      ...{ recheckedChunks: sums.rechecked, unsettledRows: sums.unsettled },
      ...{ differenceCount: sums.differences, differences: this.shown },
      findings: all
        .toSorted((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'))
        .slice(0, SHOWN_FINDINGS),
      findingCount: all.length,
      reports: [...(extra?.reports ?? [])],
      trial: plan.trial,
      ...{ workedMs: Math.round(sums.ms), pausedMs: Math.round(sums.paused) },
      ...{ startedAt, finishedAt },
      equal: finishedAt !== null && !wrong,
    };
  }
}
