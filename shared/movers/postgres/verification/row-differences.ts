import type { ColumnDifference, RowDifference } from '../../../contracts/postgres-verification';
import type { Key } from './key-ranges';
import type { TablePair } from './pair-tables';
import type { TableReader } from './table-reader';
import type { Scope } from './table-scope';

interface Tables {
  readonly pair: TablePair;
  readonly leader: TableReader;
  readonly follower: TableReader;
}

type Values = readonly (string | null)[];

const BATCH_ROWS = 100;

/** Both sides' values of rows that differ, in the order given; leaves out what has become equal since. */
export async function describeRows(
  tables: Tables,
  copies: ReadonlyMap<string, { readonly leader: number; readonly follower: number }>,
): Promise<RowDifference[]> {
  const described: RowDifference[] = [];
  const names = [...copies.keys()];
  for (let from = 0; from < names.length; from += BATCH_ROWS) {
    const batch = names.slice(from, from + BATCH_ROWS);
    const scope: Scope = { kind: 'rows', ids: batch.map((name) => JSON.parse(name) as Key) };
    const [ours, theirs] = await Promise.all([tables.leader.values(scope), tables.follower.values(scope)]);
    for (const name of batch) {
      const count = copies.get(name) ?? { leader: 0, follower: 0 };
      const difference = describe(tables, name, { ours: ours.get(name), theirs: theirs.get(name), count });
      if (difference !== null) described.push(difference);
    }
  }
  return described;
}

function describe(
  { pair, leader }: Tables,
  name: string,
  found: {
    readonly ours: Values | undefined;
    readonly theirs: Values | undefined;
    readonly count: { readonly leader: number; readonly follower: number };
  },
): RowDifference | null {
  const id = JSON.parse(name) as Key;
  const leads = leader.database.side === 'source';
  const [source, target] = leads ? [found.ours, found.theirs] : [found.theirs, found.ours];
  const { count } = found;
  const copies = leads
    ? { source: count.leader, target: count.follower }
    : { source: count.follower, target: count.leader };
  const table = { schema: pair.schema, name: pair.name };
  if (pair.key === null) {
    const kind = count.follower < count.leader ? 'missing' : 'extra';
    return {
      table,
      kind,
      key: null,
      columns: columnsOf(pair, source, target),
      copies,
      rowHash: id[0] ?? null,
    };
  }
  const columns = columnsOf(pair, source, target).filter((column) => column.source !== column.target);
  const kind = found.theirs === undefined ? 'missing' : found.ours === undefined ? 'extra' : 'changed';
  // With as many copies on both sides and no column that differs it was put right after the last reading.
  if (columns.length === 0 && count.leader === count.follower && kind === 'changed') return null;
  const key = Object.fromEntries(pair.key.map((column, index) => [column.name, id[index] ?? '']));
  return { table, kind, key, columns, copies, rowHash: null };
}

const columnsOf = (
  { columns }: TablePair,
  source: Values | undefined,
  target: Values | undefined,
): ColumnDifference[] =>
  columns.map(({ name }, index) => ({
    name,
    source: source?.[index] ?? null,
    target: target?.[index] ?? null,
  }));

const SHOWN_COLUMNS = 20;
const SHOWN_CHARACTERS = 200;

/** As a report shows it: whole values and all columns stay in the journal. Keys are whole, no index takes longer ones than a few thousand characters. */
export function shorten(difference: RowDifference): RowDifference {
  const cut = (value: string | null) =>
    value !== null && value.length > SHOWN_CHARACTERS ? `${value.slice(0, SHOWN_CHARACTERS)}…` : value;
  return {
    ...difference,
    columns: difference.columns
      .slice(0, SHOWN_COLUMNS)
      .map(({ name, source, target }) => ({ name, source: cut(source), target: cut(target) })),
  };
}
