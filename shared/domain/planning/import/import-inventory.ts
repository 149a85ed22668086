import type { InventoryImportResult, InventoryMapping } from '../../../contracts/planning/import';
import type { InventoryFormat, InventoryWorkload, Portfolio } from '../../../contracts/planning/portfolio';
import { connectionsAfter } from './connections-after';
import { portfolioDifferences } from './describe-difference';
import { Grouping } from './group-workloads';
import { Machines, type Machine } from './machines';
import { mergeWorkload, type Listing } from './merge-workload';
import { ObservedTraffic, withTraffic } from './observed-traffic';
import { ProblemList } from './problem-list';
import { readFile, readSources, type Read, type ReadFile } from './read-sources';
import { eachRow, readTrafficRow, type Context } from './read-tables';
import { nameApplications, relatedWorkloads, withRelated } from './relations';
import { tellConflicts } from './server-of';
import type { InventorySource } from './source';
import { tellDependencies } from './stated-dependencies';

export interface InventoryImport {
  readonly before: Portfolio;
  readonly sources: readonly InventorySource[];
  readonly mapping: InventoryMapping;
  /** The files list only a part of what there is: nothing is gone, and traffic is added to what was seen before. */
  readonly isPartial?: boolean;
}

export interface ImportedInventory {
  /** The one before where there is any error. */
  readonly portfolio: Portfolio;
  /** Whether it is applied, and as which version, only the one who keeps it knows. */
  readonly result: Omit<InventoryImportResult, 'applied' | 'version'>;
}

const MAX_DIFFERENCES = 500;
const byCharacters = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
const placeOf = (source: InventorySource): string =>
  `${source.file}\n${source.kind === 'table' ? (source.sheet ?? '') : ''}`;

/** Everything but traffic: machines from rows, workloads from machines. */
function workloadsAfter(
  { before, isPartial = false }: InventoryImport,
  { facts, own, relations, databases, files }: Read,
  problems: ProblemList,
): {
  readonly machines: Machines;
  readonly workloads: InventoryWorkload[];
  readonly workloadOf: Map<Machine, string>;
} {
  const machines = new Machines(before.workloads);
  machines.join(facts, problems);
  for (const { facts: rows } of machines.all) if (rows.length > 1) tellConflicts(rows, problems);
  nameApplications(relations, machines);
  const grouping = new Grouping(before.workloads, own.workloads, problems);
  grouping.group(machines.all);
  for (const { at, application, database } of databases) {
    const group = grouping.instanceOf(application);
    if (group) group.databases.push(database);
    else
      problems.warn(at, 'is the application of no server; its database was left out', { value: application });
  }
  const formats = new Set<InventoryFormat>(files.flatMap(({ format }) => format ?? []));
  const listing: Listing = { formats, isPartial };
  // What never had servers is listed by nobody and thus stays.
  const workloads = before.workloads.filter(
    ({ id, servers }) => servers.length === 0 && !grouping.groups.has(id),
  );
  const workloadOf = new Map<Machine, string>();
  for (const group of grouping.groups.values()) {
    const merged = mergeWorkload(group, listing, problems);
    if (merged === null) continue;
    workloads.push(merged);
    for (const machine of group.machines) workloadOf.set(machine, merged.id);
  }
  const related = relatedWorkloads(relations, machines, grouping, workloadOf, problems);
  const sorted = workloads.sort((a, b) => byCharacters(a.id, b.id));
  return { machines, workloads: sorted.map((workload) => withRelated(workload, related)), workloadOf };
}

async function observe(
  read: Read,
  { machines, workloads, workloadOf }: ReturnType<typeof workloadsAfter>,
  context: Context,
): Promise<ObservedTraffic | null> {
  if (read.traffic.length === 0) return null;
  const indexes = new Map(workloads.map(({ id }, index) => [id, index]));
  const traffic = new ObservedTraffic(
    machines,
    workloads.map(({ id }) => id),
    new Map([...workloadOf].map(([machine, id]) => [machine, indexes.get(id) ?? 0])),
  );
  for (const known of read.traffic) {
    const rows = await eachRow(known, context.problems, (row) => {
      const read = readTrafficRow(known, row, context);
      if (read !== null) traffic.add(read);
    });
    read.files.push(readFile(known, rows));
  }
  traffic.tell(context.problems);
  return traffic;
}

function resultOf(
  before: Portfolio,
  after: Portfolio,
  files: readonly ReadFile[],
  problems: ProblemList,
): ImportedInventory {
  const counts = { new: 0, changed: 0, gone: 0, unchanged: 0 };
  const differences: InventoryImportResult['differences'] = [];
  for (const difference of portfolioDifferences(before, after)) {
    counts[difference.change] += 1;
    if (difference.change !== 'unchanged' && differences.length < MAX_DIFFERENCES)
      differences.push(difference);
  }
  const sorted = [...files].sort((a, b) =>
    byCharacters(`${a.name}\n${a.sheet ?? ''}`, `${b.name}\n${b.sheet ?? ''}`),
  );
  const { errors, warnings } = problems;
  const result = { files: sorted, counts, differences, problems: problems.list(), errors, warnings };
  return { portfolio: errors > 0 ? before : after, result };
}

/** Places in problems and sources would mean either. */
function tellSameNames(sources: readonly InventorySource[], problems: ProblemList): void {
  const places = new Set<string>();
  for (const source of sources) {
    const at = { file: source.file, sheet: source.kind === 'table' ? source.sheet : null, line: 0 };
    if (places.has(placeOf(source))) problems.error(at, 'is the name of two files; rename one of them');
    places.add(placeOf(source));
  }
}

/**
 * Brings files into a portfolio (R5 R6 R9 R10 R34): an update of what is there, whole or not at all. The order of the files and of
 * their columns makes no difference, and neither does importing them again.
 */
export async function importInventory(input: InventoryImport): Promise<ImportedInventory> {
  const problems = new ProblemList();
  const context: Context = { mapping: input.mapping, problems };
  const sources = [...input.sources].sort((a, b) => byCharacters(placeOf(a), placeOf(b)));
  tellSameNames(sources, problems);
  const read = await readSources(sources, context);
  const after = workloadsAfter(input, read, problems);
  const traffic = await observe(read, after, context);
  const ids = new Set(after.workloads.map(({ id }) => id));
  const statedAt = new Map(read.own.workloads.map(({ id, at }) => [id, at]));
  const workloads = withTraffic(after.workloads, traffic).map((workload) =>
    tellDependencies(workload, ids, statedAt, problems),
  );
  const connections = connectionsAfter(
    input,
    traffic?.connections() ?? null,
    read.own.connections,
    ids,
    problems,
  );
  return resultOf(input.before, { workloads, connections }, read.files, problems);
}
