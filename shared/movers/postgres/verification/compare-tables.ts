import { setTimeout as sleep } from 'node:timers/promises';
import type { VerificationMode } from '../../../contracts/postgres-verification';
import type { Slice } from '../slice';
import { FollowerBehind } from './apply-progress';
import { compareBuckets, compareRange, countDifferences, type ChunkVerdict } from './compare-chunk';
import type { Comparison } from './compare-part';
import { firstChunkRows, nextChunkRows, nextRange, rowBytesOf, WHOLE, type KeyRange } from './key-ranges';
import { comparisonOf, type OpenDatabases } from './open-comparison';
import type { TablePair } from './pair-tables';
import { pauseReason, readStrain } from './pause-reason';
import type { ChunkLine, VerificationJournal } from './verification-journal';
import type { VerificationTotals } from './verification-totals';

interface Work {
  readonly databases: OpenDatabases;
  readonly journal: VerificationJournal;
  readonly totals: VerificationTotals;
  readonly slice: Slice;
  readonly mode: VerificationMode;
}

interface WorkEnd {
  readonly whole: boolean;
  readonly pausedBy: 'lag' | 'load' | null;
}

/** A table with more than these is not mended row by row: from then on only counted. */
const RECORDED_OF_A_TABLE = 10_000;
const LOOK_AGAIN_MS = 250;
/** Below that a table is read whole: looking for a boundary costs as much. */
const WHOLE_BYTES = 4 * 2 ** 20;

/** Goes through the tables of the plan, chunk by chunk, from where the journal ends. */
export async function compareTables(work: Work): Promise<WorkEnd> {
  const { journal, totals, slice } = work;
  const pairs = await journal.tables();
  const patience = new Patience(work);
  let position = await journal.position();
  const rested = async (ms: number): Promise<void> => {
    totals.pause(ms);
    position = await journal.writeResults(position, [{ paused: ms }]);
  };
  for (const [table, pair] of pairs.entries()) {
    const comparison = comparisonOf(work.databases, pair, work.mode);
    while (!totals.isDone(table)) {
      const { pausedBy, pausedMs } = await patience.holdBack();
      if (pausedMs > 0) await rested(pausedMs);
      if (slice.over) return { whole: false, pausedBy };
      const begun = performance.now();
      const judged = await judgeNext(comparison, table, totals);
      if (judged === null) {
        await rested(Math.round(performance.now() - begun));
        return { whole: false, pausedBy: 'lag' };
      }
      const { line, differences } = judged;
      position = await journal.writeResults(position, [
        ...differences.map((difference) => ({ difference })),
        { chunk: line },
      ]);
      totals.add(line, differences);
      await slice.paid(line.bytes);
    }
  }
  return { whole: true, pausedBy: null };
}

/** Null where replication didn't get on. */
async function judgeNext(comparison: Comparison, table: number, totals: VerificationTotals) {
  const begun = performance.now();
  const before = totals.of(table);
  const counted = (before?.recorded ?? 0) >= RECORDED_OF_A_TABLE;
  try {
    const lsn = await comparison.apply.position();
    const range = await nextOf(comparison, before);
    const verdict = await compare(comparison, range, counted);
    const differences = verdict.differences.slice(0, RECORDED_OF_A_TABLE - (before?.recorded ?? 0));
    const line: ChunkLine = {
      ...{ table, ...range, rows: verdict.rows, bytes: bytesOf(comparison.pair, verdict.rows) },
      ...{ sums: verdict.sums, lsn, ms: Math.round(performance.now() - begun), rechecked: verdict.rechecked },
      ...{ differences: verdict.differenceCount, recorded: differences.length },
      unsettledRows: verdict.unsettledRows,
    };
    return { line, differences };
  } catch (error) {
    if (error instanceof FollowerBehind) return null;
    throw error;
  }
}

const compare = (comparison: Comparison, range: KeyRange, counted: boolean): Promise<ChunkVerdict> => {
  if (counted) return countDifferences(comparison, range);
  return comparison.pair.ordered ? compareRange(comparison, range) : compareBuckets(comparison);
};

async function nextOf(
  { pair, leader }: Comparison,
  before: { readonly last: KeyRange; readonly rows: number; readonly ms: number } | null,
): Promise<KeyRange> {
  if (!pair.ordered || (before === null && pair.bytes <= WHOLE_BYTES)) return WHOLE;
  const rows = before === null ? firstChunkRows(pair) : nextChunkRows(before.rows, before.ms);
  const boundary = await leader.boundary({ after: before?.last.upTo ?? null, upTo: null }, rows);
  return nextRange(before?.last ?? null, boundary) ?? WHOLE;
}

const bytesOf = (pair: TablePair, read: number): number => Math.min(pair.bytes, rowBytesOf(pair) * read);

/** Looks a few times a second, however small the chunks are. */
class Patience {
  private lookedAt = -Infinity;

  constructor(private readonly work: Work) {}

  /** Waits while replication lags or the servers are busy, at most until the slice is over (R131). */
  async holdBack(): Promise<{ readonly pausedBy: WorkEnd['pausedBy']; readonly pausedMs: number }> {
    const { databases, slice } = this.work;
    const begun = performance.now();
    if (begun - this.lookedAt < LOOK_AGAIN_MS) return { pausedBy: null, pausedMs: 0 };
    for (let waited = false; ; waited = true) {
      const pausedBy = pauseReason(await readStrain(databases), slice.limits);
      this.lookedAt = performance.now();
      if (pausedBy === null || slice.over)
        return { pausedBy, pausedMs: waited ? Math.round(this.lookedAt - begun) : 0 };
      await sleep(LOOK_AGAIN_MS);
    }
  }
}
