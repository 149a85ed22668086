import type { VerificationFinding } from '../../../contracts/postgres-verification';
import { qualifiedName } from '../connect/quote';
import { hashKindOf, type HashedColumn } from './row-hash';
import type { ColumnFacts, KeyColumn, SideFacts, TableFacts } from './table-facts';

/** A table, or a partition, that is compared as one. Stored in the plan. */
export interface TablePair {
  readonly schema: string;
  readonly name: string;
  /** As SQL names its rows on each side: without those of tables that inherit from it. */
  readonly relation: { readonly source: string; readonly target: string };
  readonly columns: readonly HashedColumn[];
  /** Columns that name a row; null where none do. */
  readonly key: readonly { readonly name: string; readonly type: string; readonly known: boolean }[] | null;
  /** Both sides sort the key alike, so that a range of it means the same rows. */
  readonly ordered: boolean;
  /** The sides keep text in different encodings. */
  readonly recoded: boolean;
  readonly rows: number;
  readonly bytes: number;
}

export interface PairedTables {
  readonly pairs: readonly TablePair[];
  readonly findings: readonly VerificationFinding[];
}

type Side = 'source' | 'target';
type Both<T> = Readonly<Record<Side, T>>;

/** Which tables are compared with which, columns by name; the leader's sizes and keys count. Tables and columns of one side alone are findings. */
export function pairTables(both: Both<SideFacts>, leader: Side): PairedTables {
  const wanted = { source: standIns(both.source, both.target), target: standIns(both.target, both.source) };
  const others = new Map(wanted.target.map((table) => [nameOf(table), table]));
  const pairs: TablePair[] = [];
  const findings: VerificationFinding[] = [];
  const recoded = both.source.encoding !== both.target.encoding;
  for (const source of wanted.source) {
    const target = others.get(nameOf(source));
    others.delete(nameOf(source));
    if (target === undefined) findings.push(alone(source, 'source'));
    else {
      pairs.push(pair({ source, target }, leader, recoded));
      findings.push(...columnFindings(source, target));
    }
  }
  for (const table of others.values()) findings.push(alone(table, 'target'));
  return { pairs, findings };
}

/** Partitions stand for their table where the other side has the very same ones; else it is compared whole. */
function standIns({ tables }: SideFacts, other: SideFacts): TableFacts[] {
  const partitions = (facts: readonly TableFacts[]) => {
    const byRoot = new Map<string, string[]>();
    for (const table of facts) {
      if (table.root === null || table.kind === 'p') continue;
      const root = JSON.stringify(table.root);
      byRoot.set(root, [...(byRoot.get(root) ?? []), nameOf(table)]);
    }
    return byRoot;
  };
  const [ours, theirs] = [partitions(tables), partitions(other.tables)];
  const alike = (root: string) =>
    ours.has(root) && JSON.stringify(ours.get(root)) === JSON.stringify(theirs.get(root));
  return tables.filter(({ schema, name, kind, root }) => {
    if (root !== null) return kind === 'r' && alike(JSON.stringify(root));
    return kind === 'r' || !alike(JSON.stringify([schema, name]));
  });
}

function pair(both: Both<TableFacts>, leader: Side, recoded: boolean): TablePair {
  const { schema, name, key, rows, bytes } = both[leader];
  const others = new Map(both.target.columns.map((column) => [column.name, column]));
  const columns = both.source.columns.flatMap((column): HashedColumn[] => {
    const other = others.get(column.name);
    if (other === undefined) return [];
    const generated = column.generated || other.generated;
    return [{ name: column.name, kind: recoded ? 'other' : hashKindOf(column, other), generated }];
  });
  const usable = key?.every((column) => columns.some((hashed) => hashed.name === column.name)) === true;
  return {
    ...{ schema, name, columns, recoded, rows, bytes },
    relation: { source: relationOf(both.source), target: relationOf(both.target) },
    key: usable
      ? key.map((column) => ({ name: column.name, type: column.type, known: isKnown(column) }))
      : null,
    ordered: usable && sortedAlike(both),
  };
}

/** The system itself can compare its values, by an index. */
const isKnown = ({ ordering, base }: KeyColumn): boolean =>
  ordering !== null || ['text', 'varchar', 'bpchar'].includes(base);

function sortedAlike({ source, target }: Both<TableFacts>): boolean {
  const orderings = (table: TableFacts) => table.key?.map(({ name, ordering }) => [name, ordering]) ?? [];
  if (source.key?.some(({ ordering }) => ordering === null) !== false) return false;
  return JSON.stringify(orderings(source)) === JSON.stringify(orderings(target));
}

/** A partitioned table has no rows but those of its partitions. */
const relationOf = ({ schema, name, kind }: TableFacts): string =>
  kind === 'p' ? qualifiedName(schema, name) : `ONLY ${qualifiedName(schema, name)}`;

const nameOf = ({ schema, name }: { readonly schema: string; readonly name: string }): string =>
  JSON.stringify([schema, name]);

const alone = (table: TableFacts, side: Side): VerificationFinding => ({
  check: 'table',
  severity: 'error',
  subject: `${table.schema}.${table.name}`.slice(0, 300),
  message: `Only the ${side} has this table.`,
  source: side === 'source' ? 'there' : null,
  target: side === 'target' ? 'there' : null,
});

function columnFindings(source: TableFacts, target: TableFacts): VerificationFinding[] {
  const alone = (ours: TableFacts, theirs: TableFacts, side: Side) => {
    const known = new Set(theirs.columns.map(({ name }) => name));
    const missing = ours.columns.filter(({ name }) => !known.has(name)).map(({ name }) => name);
    return missing.length === 0 ? [] : [columnFinding(ours, missing, side)];
  };
  return [...alone(source, target, 'source'), ...alone(target, source, 'target')];
}

const columnFinding = (
  { schema, name }: TableFacts,
  columns: readonly ColumnFacts['name'][],
  side: Side,
): VerificationFinding => ({
  check: 'columns',
  severity: 'error',
  subject: `${schema}.${name}`.slice(0, 300),
  message: `Only the ${side} has these columns; they are not compared.`,
  source: side === 'source' ? columns.join(', ').slice(0, 2_000) : null,
  target: side === 'target' ? columns.join(', ').slice(0, 2_000) : null,
});
