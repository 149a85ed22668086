import type { InventoryMapping } from '../../../contracts/planning/import';
import type { ServerFacts } from './facts';
import { numberOf, textOf } from './cell-values';
import type { TrafficEnd, TrafficRow } from './observed-traffic';
import type { ProblemList } from './problem-list';
import { readServerRow, RowReader } from './read-server-row';
import type { RecognisedTable } from './recognise-table';
import type { TableRow } from './source';

const isEmpty = ({ cells }: TableRow): boolean => cells.every((cell) => cell.trim() === '');

/** Calls `take` for every row below the headers that holds anything; resolves to their number. */
export async function eachRow(
  { table, headerLine }: RecognisedTable,
  problems: ProblemList,
  take: (row: TableRow) => void,
): Promise<number> {
  let count = 0;
  for await (const batch of table.batches()) {
    for (const row of batch.rows) {
      if (row.line <= headerLine || isEmpty(row)) continue;
      count += 1;
      take(row);
    }
    for (const problem of batch.problems) problems.add(problem);
  }
  return count;
}

export interface Context {
  readonly mapping: InventoryMapping;
  readonly problems: ProblemList;
}

/** A row of observed traffic; null where it has no port that could be one, which is told. */
export function readTrafficRow(
  known: RecognisedTable,
  row: TableRow,
  { mapping, problems }: Context,
): TrafficRow | null {
  const cell = (field: Parameters<RecognisedTable['columns']['get']>[0]): string | null => {
    const column = known.columns.get(field);
    return column === undefined ? null : textOf(row.cells[column.index]);
  };
  const at = { file: known.table.file, sheet: known.table.sheet, line: row.line };
  const portCell = cell('destination-port');
  const port = Number(portCell);
  if (portCell === null || !Number.isInteger(port) || port < 0 || port > 65_535) {
    const column = known.columns.get('destination-port')?.header ?? null;
    problems.error(at, 'is no port; write a whole number from 0 to 65535', { column, value: portCell ?? '' });
    return null;
  }
  const end = (side: 'source' | 'destination'): TrafficEnd => ({
    name: cell(`${side}-name`),
    foreignId: cell(`${side}-id`),
    address: cell(`${side}-ip`),
    process: cell(`${side}-process`),
  });
  const count = numberOf(cell('observations') ?? undefined, mapping.decimalComma);
  return {
    at,
    source: end('source'),
    destination: end('destination'),
    port,
    observations: Math.max(1, Math.round(count ?? 1)),
  };
}

export async function readServers(
  known: RecognisedTable,
  { mapping, problems }: Context,
  facts: ServerFacts[],
): Promise<number> {
  return eachRow(known, problems, (row) => {
    const server = readServerRow(new RowReader(known, row, mapping, problems), problems, known, mapping);
    if (server !== null) facts.push(server);
  });
}
