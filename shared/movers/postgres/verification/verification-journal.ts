import type {
  ReportComparison,
  RowDifference,
  VerificationFinding,
  VerificationPlan,
  VerificationReport,
} from '../../../contracts/postgres-verification';
import type { Journal } from '../../../ports/journal';
import type { KeyRange } from './key-ranges';
import type { TablePair } from './pair-tables';
import type { VerificationInput } from './verification-input';

/** One chunk that was judged; its differences are the lines right before it. */
export interface ChunkLine extends KeyRange {
  /** Position in the plan. */
  readonly table: number;
  readonly rows: number;
  readonly bytes: number;
  /** The leader's. */
  readonly sums: string;
  /** Where the leader's write-ahead log was when the chunk was begun. */
  readonly lsn: string;
  readonly ms: number;
  readonly rechecked: boolean;
  /** All that were found, of which the lines before hold `recorded`. */
  readonly differences: number;
  readonly recorded: number;
  readonly unsettledRows: number;
}

export type ResultLine =
  { readonly chunk: ChunkLine } | { readonly difference: RowDifference } | { readonly paused: number };

export type RowName = Pick<RowDifference, 'table' | 'key' | 'rowHash'>;

/** What is compared besides rows, once all rows are. */
export interface ExtraLine {
  readonly findings: readonly VerificationFinding[];
  readonly reports: readonly ReportComparison[];
}

export interface PlanLine {
  readonly plan: VerificationPlan;
  readonly findings: readonly VerificationFinding[];
  readonly startedAt: string;
}

/** One batch of rows that were sent again. */
export interface ResendLine {
  readonly table: string;
  readonly resentRows: number;
  readonly deletedRows: number;
  readonly leftRows: number;
  /** Few of them, for people to look at. */
  readonly left: readonly RowDifference[];
  /** Why none of the batch was sent; null where all of it was. */
  readonly refused: string | null;
}

const LINES_AT_ONCE = 1_000;
const BYTES_AT_ONCE = 8 * 2 ** 20;

/** Everything one verification remembers: journal of the migration, segments below `verify/<mode>-<epoch>-<round>/`. */
export class VerificationJournal {
  private readonly base: string;

  constructor(
    private readonly journal: Journal,
    private readonly journalId: string,
    { mode, epoch, round }: VerificationInput,
  ) {
    this.base = `verify/${mode}-${epoch}-${round ?? 1}`;
  }

  plan(): Promise<PlanLine | null> {
    return this.single<PlanLine>('plan');
  }

  /** Tables first: the plan is there only once it is whole. */
  async writePlan(pairs: readonly TablePair[], line: PlanLine): Promise<void> {
    await this.journal.drop(this.journalId, `${this.base}/tables`);
    await this.appendAll('tables', 0, pairs);
    await this.journal.append(this.journalId, `${this.base}/plan`, 0, [line]);
  }

  async tables(): Promise<TablePair[]> {
    return this.read<TablePair>('tables');
  }

  /** In the order of the chunks. Lines of differences without a chunk behind them come from a call that was killed there. */
  async *results(): AsyncGenerator<
    { readonly chunk: ChunkLine; readonly differences: RowDifference[] } | { paused: number }
  > {
    let pending: RowDifference[] = [];
    for await (const line of this.lines<ResultLine>('chunks')) {
      if ('difference' in line) pending.push(line.difference);
      else if ('paused' in line) yield line;
      else {
        const { chunk } = line;
        yield { chunk, differences: chunk.recorded === 0 ? [] : pending.slice(-chunk.recorded) };
        pending = [];
      }
    }
  }

  /** What names every row that was found to differ and recorded. */
  async differences(): Promise<RowName[]> {
    const all: RowName[] = [];
    for await (const line of this.results())
      if ('chunk' in line)
        all.push(...line.differences.map(({ table, key, rowHash }) => ({ table, key, rowHash })));
    return all;
  }

  /** The batches of an order to send again, as far as they went. */
  resent(order: number): Promise<ResendLine[]> {
    return this.read<ResendLine>(`resend-${order}`);
  }

  /** `StaleWriteError` where another call has written meanwhile. */
  async writeResent(order: number, position: number, line: ResendLine): Promise<void> {
    await this.journal.append(this.journalId, `${this.base}/resend-${order}`, position, [line]);
  }

  /** Where the next result goes. */
  position(): Promise<number> {
    return this.journal.length(this.journalId, `${this.base}/chunks`);
  }

  /** Appends at that position and returns the next; `StaleWriteError` where another call has written meanwhile. */
  async writeResults(position: number, lines: readonly ResultLine[]): Promise<number> {
    return this.appendAll('chunks', position, lines);
  }

  extra(): Promise<ExtraLine | null> {
    return this.single<ExtraLine>('extra');
  }

  async writeExtra(line: ExtraLine): Promise<void> {
    await this.journal.append(this.journalId, `${this.base}/extra`, 0, [line]);
  }

  report(): Promise<VerificationReport | null> {
    return this.single<VerificationReport>('report');
  }

  async writeReport(report: VerificationReport): Promise<void> {
    await this.journal.append(this.journalId, `${this.base}/report`, 0, [report]);
  }

  private async single<T>(segment: string): Promise<T | null> {
    for await (const line of this.lines<T>(segment)) return line;
    return null;
  }

  private async read<T>(segment: string): Promise<T[]> {
    const all: T[] = [];
    for await (const line of this.lines<T>(segment)) all.push(line);
    return all;
  }

  private lines<T>(segment: string): AsyncIterable<T> {
    return this.journal.read(this.journalId, `${this.base}/${segment}`) as AsyncIterable<T>;
  }

  private async appendAll(segment: string, from: number, lines: readonly unknown[]): Promise<number> {
    let position = from;
    let batch: unknown[] = [];
    let bytes = 0;
    const flush = async () => {
      await this.journal.append(this.journalId, `${this.base}/${segment}`, position, batch);
      position += batch.length;
      [batch, bytes] = [[], 0];
    };
    for (const line of lines) {
      const size = JSON.stringify(line).length;
      if (batch.length > 0 && (batch.length >= LINES_AT_ONCE || bytes + size > BYTES_AT_ONCE)) await flush();
      batch.push(line);
      bytes += size;
    }
    if (batch.length > 0) await flush();
    return position;
  }
}
