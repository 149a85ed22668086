import type { RowDifference, VerificationMode } from '../../../contracts/postgres-verification';
import type { ApplyProgress } from './apply-progress';
import { agrees, judgeRow, UNREAD, type RowHistory } from './judge-readings';
import type { Key } from './key-ranges';
import type { TablePair } from './pair-tables';
import { describeRows } from './row-differences';
import type { RowContent, Sums, TableReader } from './table-reader';
import type { Scope } from './table-scope';

/** One table of both databases. */
export interface Comparison {
  readonly pair: TablePair;
  readonly leader: TableReader;
  readonly follower: TableReader;
  readonly mode: VerificationMode;
  readonly apply: ApplyProgress;
}

export interface PartVerdict {
  readonly differences: readonly RowDifference[];
  /** All, of which `differences` describes those that were looked at. */
  readonly differenceCount: number;
  readonly unsettledRows: number;
}

export const NOTHING_DIFFERS: PartVerdict = { differences: [], differenceCount: 0, unsettledRows: 0 };

const RECHECKS = 2;
/** Parts whose rows are compared together: waiting for the follower costs the same for one as for many. */
const PARTS_AT_ONCE = 20;
/** Rows looked up at a time. */
const BATCH_ROWS = 500;
/** A chunk with more than these is not mended row by row: the rest of it is only counted. */
const DESCRIBED_OF_A_CHUNK = 10_000;

/**
 * Judges parts of a table that didn't agree: rechecked while writers go on, then row by row (R139). Throws `FollowerBehind` where
 * replication doesn't get on.
 */
export async function judgeParts(comparison: Comparison, parts: readonly Scope[]): Promise<PartVerdict> {
  let doubted = parts;
  const rechecks = comparison.mode === 'live' ? RECHECKS : 0;
  for (let recheck = 0; recheck < rechecks && doubted.length > 0; recheck += 1)
    doubted = await recheckParts(comparison, doubted);
  return judgeRows(comparison, doubted);
}

/** Those that agree with none of two readings of the leader. */
export async function recheckParts(comparison: Comparison, parts: readonly Scope[]): Promise<Scope[]> {
  const { leader, follower, apply } = comparison;
  const before = [];
  for (const part of parts) before.push(await leader.sums(part));
  await apply.caughtUp();
  const doubted: Scope[] = [];
  for (const [index, part] of parts.entries()) {
    const between = await follower.sums(part);
    const reading = { before: before[index]?.text ?? '', follower: between.text };
    if (reading.before === reading.follower) continue;
    if (!agrees({ ...reading, after: (await leader.sums(part)).text })) doubted.push(part);
  }
  return doubted;
}

/** Both sides at the same time; equal where they agree without more ado. */
export async function readBoth(
  { leader, follower }: Comparison,
  scope: Scope,
): Promise<{ readonly leader: Sums; readonly follower: Sums; readonly equal: boolean }> {
  const [ours, theirs] = await Promise.all([leader.sums(scope), follower.sums(scope)]);
  return { leader: ours, follower: theirs, equal: ours.text === theirs.text };
}

/** Compares row by row; the sums of the parts are not believed any more. */
export async function judgeRows(comparison: Comparison, parts: readonly Scope[]): Promise<PartVerdict> {
  const verdicts: PartVerdict[] = [];
  let described = 0;
  for (let from = 0; from < parts.length; from += PARTS_AT_ONCE) {
    const some = parts.slice(from, from + PARTS_AT_ONCE);
    const verdict =
      described < DESCRIBED_OF_A_CHUNK
        ? await describeParts(comparison, some)
        : await countParts(comparison, some);
    described += verdict.differences.length;
    verdicts.push(verdict);
  }
  return together(verdicts);
}

async function describeParts(comparison: Comparison, parts: readonly Scope[]): Promise<PartVerdict> {
  await comparison.apply.caughtUp();
  const doubted: string[] = [];
  for (const part of parts) doubted.push(...(await doubtedRows(comparison, part)));
  return judgeNamed(comparison, doubted);
}

/** Judges rows by what names them, as JSON. */
export async function judgeNamed(comparison: Comparison, names: readonly string[]): Promise<PartVerdict> {
  const verdicts: PartVerdict[] = [];
  for (let from = 0; from < names.length; from += BATCH_ROWS)
    verdicts.push(await settle(comparison, names.slice(from, from + BATCH_ROWS)));
  return together(verdicts);
}

async function doubtedRows({ leader, follower }: Comparison, part: Scope): Promise<string[]> {
  const [ours, theirs] = await Promise.all([leader.rows(part), follower.rows(part)]);
  const names = new Set([...ours.keys(), ...theirs.keys()]);
  return [...names].filter((name) => contentOf(ours.get(name)) !== contentOf(theirs.get(name)));
}

/** By how many rows parts that differ do so at least. */
export async function countParts(comparison: Comparison, parts: readonly Scope[]): Promise<PartVerdict> {
  let differenceCount = 0;
  for (const part of parts) {
    const { leader, follower, equal } = await readBoth(comparison, part);
    if (!equal) differenceCount += Math.max(1, Math.abs(leader.rows - follower.rows));
  }
  return { ...NOTHING_DIFFERS, differenceCount };
}

const together = (verdicts: readonly PartVerdict[]): PartVerdict => {
  const sum = (of: (verdict: PartVerdict) => number) =>
    verdicts.reduce((total, verdict) => total + of(verdict), 0);
  return {
    differences: verdicts.flatMap(({ differences }) => differences),
    differenceCount: sum(({ differenceCount }) => differenceCount),
    unsettledRows: sum(({ unsettledRows }) => unsettledRows),
  };
};

/** Reads doubted rows again and again until each is judged. */
async function settle(comparison: Comparison, doubted: readonly string[]): Promise<PartVerdict> {
  let open = new Map<string, RowHistory>(doubted.map((name) => [name, UNREAD]));
  const differing = new Map<string, { readonly leader: number; readonly follower: number }>();
  let unsettledRows = 0;
  while (open.size > 0) {
    const reading = await readRows(comparison, [...open.keys()]);
    const still = new Map<string, RowHistory>();
    for (const [name, history] of open) {
      const { before, follower, after } = reading(name);
      const texts = { before: contentOf(before), follower: contentOf(follower), after: contentOf(after) };
      const verdict =
        comparison.mode === 'live' ? judgeRow(history, texts) : agrees(texts) ? 'equal' : 'differs';
      if (typeof verdict === 'object') still.set(name, verdict);
      if (verdict === 'unsettled') unsettledRows += 1;
      if (verdict === 'differs')
        differing.set(name, { leader: after?.copies ?? 0, follower: follower?.copies ?? 0 });
    }
    open = still;
  }
  const differences = await describeRows(comparison, differing);
  return { differences, differenceCount: differences.length, unsettledRows };
}

async function readRows({ leader, follower, apply }: Comparison, names: readonly string[]) {
  const scope: Scope = { kind: 'rows', ids: names.map((name) => JSON.parse(name) as Key) };
  const before = await leader.rows(scope);
  await apply.caughtUp();
  const between = await follower.rows(scope);
  const after = await leader.rows(scope);
  return (name: string) => ({
    before: before.get(name),
    follower: between.get(name),
    after: after.get(name),
  });
}

const contentOf = (row: RowContent | undefined): string =>
  row === undefined ? 'absent' : `${row.copies}/${row.content}`;
