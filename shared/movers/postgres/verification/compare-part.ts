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
  readonly unsettledRows: number;
}

export const NOTHING_DIFFERS: PartVerdict = { differences: [], unsettledRows: 0 };

const RECHECKS = 2;
/** Rows looked up at a time. */
const BATCH_ROWS = 500;

/**
 * Judges a part that didn't agree: rechecked while writers go on, then row by row (R139). Throws `FollowerBehind` where replication
 * doesn't get on.
 */
export async function judgePart(comparison: Comparison, scope: Scope): Promise<PartVerdict> {
  const rechecks = comparison.mode === 'live' ? RECHECKS : 0;
  for (let recheck = 0; recheck < rechecks; recheck += 1)
    if (await sumsAgree(comparison, scope)) return NOTHING_DIFFERS;
  return judgeRows(comparison, scope);
}

/** One recheck while writers go on. */
export async function sumsAgree({ leader, follower, apply }: Comparison, scope: Scope): Promise<boolean> {
  const before = await leader.sums(scope);
  await apply.caughtUp();
  const between = await follower.sums(scope);
  const after = await leader.sums(scope);
  return agrees({ before: before.text, follower: between.text, after: after.text });
}

/** Both sides at the same time; true where they agree without more ado. */
export async function readBoth(
  { leader, follower }: Comparison,
  scope: Scope,
): Promise<{ readonly leader: Sums; readonly follower: Sums; readonly equal: boolean }> {
  const [ours, theirs] = await Promise.all([leader.sums(scope), follower.sums(scope)]);
  return { leader: ours, follower: theirs, equal: ours.text === theirs.text };
}

/** Compares row by row; the sums of the part are not believed any more. */
export async function judgeRows(comparison: Comparison, scope: Scope): Promise<PartVerdict> {
  await comparison.apply.caughtUp();
  const [ours, theirs] = await Promise.all([comparison.leader.rows(scope), comparison.follower.rows(scope)]);
  const names = new Set([...ours.keys(), ...theirs.keys()]);
  const doubted = [...names].filter((name) => contentOf(ours.get(name)) !== contentOf(theirs.get(name)));
  const verdicts: PartVerdict[] = [];
  for (let from = 0; from < doubted.length; from += BATCH_ROWS)
    verdicts.push(await settle(comparison, doubted.slice(from, from + BATCH_ROWS)));
  return {
    differences: verdicts.flatMap(({ differences }) => differences),
    unsettledRows: verdicts.reduce((sum, { unsettledRows }) => sum + unsettledRows, 0),
  };
}

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
  return { differences: await describeRows(comparison, differing), unsettledRows };
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
