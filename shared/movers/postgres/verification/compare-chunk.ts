import {
  countParts,
  judgeParts,
  judgeRows,
  NOTHING_DIFFERS,
  readBoth,
  recheckParts,
  type Comparison,
  type PartVerdict,
} from './compare-part';
import { agrees } from './judge-readings';
import { rowBytesOf, type Key, type KeyRange } from './key-ranges';
import type { TablePair } from './pair-tables';
import type { Sums, TableReader } from './table-reader';
import type { Scope } from './table-scope';

export interface ChunkVerdict extends PartVerdict {
  /** The leader's at the first reading. */
  readonly rows: number;
  readonly sums: string;
  /** They did not agree at once. */
  readonly rechecked: boolean;
}

/** Rows that are compared one by one at a time: a chunk of millions would not fit. */
const PART_ROWS = 5_000;

/** One range of the key on both sides at the same time; where they don't agree, the smaller ranges that don't (R139). */
export async function compareRange(comparison: Comparison, range: KeyRange): Promise<ChunkVerdict> {
  const first = await readBoth(comparison, { kind: 'range', range });
  const verdict = { rows: first.leader.rows, sums: first.leader.text };
  if (first.equal) return { ...verdict, ...NOTHING_DIFFERS, rechecked: false };
  await comparison.apply.caughtUp();
  const fuller = first.leader.rows >= first.follower.rows ? comparison.leader : comparison.follower;
  const doubted: Scope[] = [];
  for await (const part of partsOf(fuller, range)) {
    const scope: Scope = { kind: 'range', range: part };
    if (!(await readBoth(comparison, scope)).equal) doubted.push(scope);
  }
  return { ...verdict, ...(await judgeParts(comparison, doubted)), rechecked: true };
}

/** The same rows in ranges of a few thousand, by what the fuller side has. */
async function* partsOf(fuller: TableReader, range: KeyRange): AsyncGenerator<KeyRange> {
  for (let after: Key | null = range.after; ;) {
    const boundary = await fuller.boundary({ after, upTo: range.upTo }, PART_ROWS);
    yield { after, upTo: boundary ?? range.upTo };
    if (boundary === null) return;
    after = boundary;
  }
}

/**
 * A whole table that the sides don't sort alike, or whose rows nothing names: one reading of each side, then only the buckets that
 * don't agree, row by row (R139).
 */
export async function compareBuckets(comparison: Comparison): Promise<ChunkVerdict> {
  const of = bucketsFor(comparison.pair);
  const { leader, follower, apply, mode } = comparison;
  const [before, first] = await Promise.all([leader.buckets(of), follower.buckets(of)]);
  let doubted = namesOf(before, first).filter(
    (bucket) => before.get(bucket)?.text !== first.get(bucket)?.text,
  );
  if (doubted.length > 0 && mode === 'live') {
    await apply.caughtUp();
    const between = await follower.buckets(of);
    const after = await leader.buckets(of);
    const text = (sums: ReadonlyMap<string, Sums>, bucket: string) => sums.get(bucket)?.text ?? '';
    doubted = namesOf(before, between, after).filter(
      (name) =>
        !agrees({ before: text(before, name), follower: text(between, name), after: text(after, name) }),
    );
  }
  const parts: Scope[] = [];
  for (let from = 0; from < doubted.length; from += BUCKETS_AT_ONCE)
    parts.push({ kind: 'buckets', buckets: doubted.slice(from, from + BUCKETS_AT_ONCE), of });
  const all = [...before.values()];
  return {
    rows: all.reduce((sum, { rows }) => sum + rows, 0),
    sums: totalOf(all),
    rechecked: doubted.length > 0,
    ...(await judgeRows(comparison, parts)),
  };
}

const BUCKETS_AT_ONCE = 40;

const namesOf = (...all: readonly ReadonlyMap<string, Sums>[]): string[] => [
  ...new Set(all.flatMap((sums) => [...sums.keys()])),
];

/** A power of two, so that a bucket has few thousand rows. */
const bucketsFor = (pair: TablePair): number =>
  2 ** Math.ceil(Math.log2(Math.max(16, pair.rows / PART_ROWS, pair.bytes / rowBytesOf(pair) / PART_ROWS)));

function totalOf(all: readonly Sums[]): string {
  const totals = all.reduce<bigint[]>(
    (sums, { text }) => text.split('/').map((part, index) => (sums[index] ?? 0n) + BigInt(part)),
    [0n, 0n, 0n],
  );
  return totals.join('/');
}

/** For tables known to be wrong in thousands of rows: how many a range differs by at least, without looking at each. */
export async function countDifferences(comparison: Comparison, range: KeyRange): Promise<ChunkVerdict> {
  const scope: Scope = { kind: 'range', range };
  const first = await readBoth(comparison, scope);
  const verdict = { rows: first.leader.rows, sums: first.leader.text };
  if (first.equal) return { ...verdict, ...NOTHING_DIFFERS, rechecked: false };
  const doubted = comparison.mode === 'live' ? await recheckParts(comparison, [scope]) : [scope];
  return { ...verdict, ...(await countParts(comparison, doubted)), rechecked: true };
}
