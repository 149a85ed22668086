import type { InventoryImportResult } from '../../../contracts/planning/import';
import type { ServerFacts } from './facts';
import { readOwnDocument, type OwnDocument } from './read-own-document';
import { readDatabases, readDisks, type ApplicationDatabase } from './read-partial-rows';
import { readServers, type Context } from './read-tables';
import { recogniseTable, type RecognisedTable } from './recognise-table';
import { readRelations, type Relation } from './relations';
import type { InventorySource } from './source';

export type ReadFile = InventoryImportResult['files'][number];

/** What was read of all files but the traffic, which is read when machines are known. */
export interface Read {
  readonly facts: ServerFacts[];
  readonly own: OwnDocument;
  readonly relations: readonly Relation[];
  readonly databases: readonly ApplicationDatabase[];
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

export const readFile = ({ table, shape }: RecognisedTable, rows: number): ReadFile => ({
  name: table.file,
  sheet: table.sheet,
  format: shape.format,
  rows,
});

/** The number of its rows; null: traffic, which is read last. */
async function readTable(
  known: RecognisedTable,
  context: Context,
  {
    facts,
    relations,
    databases,
  }: { facts: ServerFacts[]; relations: Relation[]; databases: ApplicationDatabase[] },
): Promise<number | null> {
  switch (known.shape.rows) {
    case 'servers':
      return readServers(known, context, facts);
    case 'disks':
      return readDisks(known, context, facts);
    case 'databases':
      return readDatabases(known, context, facts, databases);
    case 'relations':
      return readRelations(known, context, relations);
    case 'dependencies':
      return null;
  }
}

export async function readSources(sources: readonly InventorySource[], context: Context): Promise<Read> {
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
  const relations: Relation[] = [];
  const databases: ApplicationDatabase[] = [];
  for (const known of tables) {
    const rows = await readTable(known, context, { facts, relations, databases });
    if (rows !== null) files.push(readFile(known, rows));
  }
  const own = {
    workloads: documents.flatMap(({ workloads }) => workloads),
    connections: documents.flatMap(({ connections }) => connections),
  };
  for (const { servers } of own.workloads) facts.push(...servers);
  return {
    facts,
    own,
    relations,
    databases,
    traffic: tables.filter(({ shape }) => shape.rows === 'dependencies'),
    files,
  };
}
