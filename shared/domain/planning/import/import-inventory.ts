import type { InventoryImportResult, InventoryMapping } from '../../../contracts/planning/import';
import type { InventoryFormat, InventoryWorkload, Portfolio } from '../../../contracts/planning/portfolio';
import { connectionsAfter } from './connections-after';
import { portfolioDifferences } from './describe-difference';
import type { ServerFacts } from './facts';
import { Grouping } from './group-workloads';
import { Machines, type Machine } from './machines';
import { mergeWorkload, type Listing } from './merge-workload';
import { ObservedTraffic } from './observed-traffic';
import { ProblemList } from './problem-list';
import { readOwnDocument, type OwnDocument } from './read-own-document';
import { eachRow, readServers, readTrafficRow, type Context } from './read-tables';
import { recogniseTable, type RecognisedTable } from './recognise-table';
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

type ReadFile = InventoryImportResult['files'][number];
const MAX_DIFFERENCES = 500;

const byCharacters = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
const placeOf = (source: InventorySource): string =>
  `${source.file}\n${source.kind === 'table' ? (source.sheet ?? '') : ''}`;

/** What was read of all files but the traffic, which is read when machines are known. */
interface Read {
  readonly facts: ServerFacts[];
  readonly own: OwnDocument;
  readonly traffic: readonly RecognisedTable[];
  readonly files: ReadFile[];
}

/** Sheets of a workbook that are no tables of it matter only where none is. */
function recognised(
  sources: readonly InventorySource[],
  { mapping, problems }: Context,
  files: ReadFile[],
): RecognisedTable[] {
  const results = sources.flatMap((source) =>
    source.kind === 'table' ? [{ source, result: recogniseTable(source, mapping) }] : [],
  );
  const known = results.flatMap(({ result }) => (result.kind === 'table' ? [result.recognised] : []));
  for (const { source, result } of results) {
    if (result.kind === 'table') continue;
    const isAside = known.some(({ table }) => table.file === source.file);
    problems.add({ ...result.problem, severity: isAside ? 'warning' : 'error' });
    files.push({ name: source.file, sheet: source.sheet, format: null, rows: 0 });
  }
  return known;
}

async function readAll(sources: readonly InventorySource[], context: Context): Promise<Read> {
  const files: ReadFile[] = [];
  const facts: ServerFacts[] = [];
  const documents: OwnDocument[] = [];
  for (const source of sources) {
    if (source.kind === 'refused') {
      context.problems.add(source.problem);
      files.push({ name: source.file, sheet: source.problem.sheet, format: null, rows: 0 });
    }
    if (source.kind === 'document') {
      const own = readOwnDocument(source, context.problems);
      documents.push(own);
      files.push({
        name: source.file,
        sheet: null,
        format: 'causeway',
        rows: own.workloads.length + own.connections.length,
      });
    }
  }
  const tables = recognised(sources, context, files);
  for (const known of tables) {
    if (known.shape.rows !== 'servers') continue;
    const rows = await readServers(known, context, facts);
    files.push({ name: known.table.file, sheet: known.table.sheet, format: known.shape.format, rows });
  }
  const own = {
    workloads: documents.flatMap(({ workloads }) => workloads),
    connections: documents.flatMap(({ connections }) => connections),
  };
  facts.push(...own.workloads.flatMap(({ servers }) => servers));
  return { facts, own, traffic: tables.filter(({ shape }) => shape.rows === 'dependencies'), files };
}

/** Everything but traffic: machines from rows, workloads from machines. */
function workloadsAfter(
  { before, isPartial = false }: InventoryImport,
  { facts, own, files }: Read,
  problems: ProblemList,
): {
  readonly machines: Machines;
  readonly workloads: InventoryWorkload[];
  readonly workloadOf: Map<Machine, string>;
} {
  const machines = new Machines(before.workloads);
  machines.join(facts, problems);
  for (const { facts: rows } of machines.all) if (rows.length > 1) tellConflicts(rows, problems);
  const grouping = new Grouping(before.workloads, own.workloads, problems);
  grouping.group(machines.all);
  const formats = new Set<InventoryFormat>(files.flatMap(({ format }) => format ?? []));
  const listing: Listing = { formats, isPartial };
  const workloads: InventoryWorkload[] = [];
  const workloadOf = new Map<Machine, string>();
  for (const group of grouping.groups.values()) {
    const merged = mergeWorkload(group, listing, problems);
    if (merged === null) continue;
    workloads.push(merged);
    for (const machine of group.machines) workloadOf.set(machine, merged.id);
  }
  // What never had servers is listed by nobody and thus stays.
  workloads.push(
    ...before.workloads.filter(({ id, servers }) => servers.length === 0 && !grouping.groups.has(id)),
  );
  return { machines, workloads: workloads.sort((a, b) => byCharacters(a.id, b.id)), workloadOf };
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
    read.files.push({ name: known.table.file, sheet: known.table.sheet, format: known.shape.format, rows });
  }
  traffic.tell(context.problems);
  return traffic;
}

const withTraffic = (
  workloads: readonly InventoryWorkload[],
  traffic: ObservedTraffic | null,
): readonly InventoryWorkload[] => {
  if (traffic === null) return workloads;
  const integrations = traffic.integrations();
  const databases = traffic.inferredDatabases();
  return workloads.map((workload) => {
    const stated = workload.databases.filter(({ isInferred }) => !isInferred);
    const engines = new Set(stated.map(({ engine }) => engine));
    const inferred = (databases.get(workload.id) ?? []).filter(({ engine }) => !engines.has(engine));
    const known = workload.integrations.filter(({ isObserved }) => !isObserved);
    const names = new Set(known.map(({ name }) => name));
    const observed = (integrations.get(workload.id) ?? []).filter(({ name }) => !names.has(name));
    return {
      ...workload,
      databases: [...stated, ...inferred].slice(0, 200),
      integrations: [...known, ...observed].slice(0, 200),
    };
  });
};

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

/**
 * Brings files into a portfolio (R5 R6 R9 R10 R34): an update of what is there, whole or not at all. The order of the files and of
 * their columns makes no difference, and neither does importing them again.
 */
export async function importInventory(input: InventoryImport): Promise<ImportedInventory> {
  const problems = new ProblemList();
  const context: Context = { mapping: input.mapping, problems };
  const sources = [...input.sources].sort((a, b) => byCharacters(placeOf(a), placeOf(b)));
  const read = await readAll(sources, context);
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
