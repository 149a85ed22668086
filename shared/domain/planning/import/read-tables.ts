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

/** Sums of a million rows stay whole numbers. */
const MOST_OBSERVATIONS = 1e9;

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
    observations: Math.min(MOST_OBSERVATIONS, Math.max(1, Math.round(count ?? 1))),
  };
}

/** What a ServiceNow list gives at most, unless somebody raised it. */
const SERVICENOW_ROWS = 10_000;
const NO_SERVER = /web.?server|app.?server|\bdb\b|_db_|database|application|service|cluster|storage/;
const SERVER = /server|computer|virtual machine|vm.instance|linux|windows|unix/;

/** A list of configuration items holds more than machines. */
const isServer = (className: string | null): boolean => {
  const lower = className?.toLowerCase();
  return lower === undefined || (SERVER.test(lower) && !NO_SERVER.test(lower));
};

export async function readServers(
  known: RecognisedTable,
  { mapping, problems }: Context,
  facts: ServerFacts[],
): Promise<number> {
  const { table, shape, columns } = known;
  const rows = await eachRow(known, problems, (row) => {
    const at = { file: table.file, sheet: table.sheet, line: row.line };
    if (/^export stopped/i.test(row.cells.find((cell) => cell.trim() !== '') ?? ''))
      return problems.error(at, 'the export was cut here; export in parts, or as CSV', {
        value: row.cells.join(' '),
      });
    if (columns.has('class') && !isServer(textOf(row.cells[columns.get('class')?.index ?? -1]))) return;
    const server = readServerRow(new RowReader(known, row, mapping, problems), problems, known, mapping);
    if (server !== null) facts.push(server);
  });
  if (shape.format === 'servicenow-cmdb' && rows === SERVICENOW_ROWS)
    problems.warn(
      { ...table, line: 0 },
      `has exactly ${SERVICENOW_ROWS} rows, at which ServiceNow cuts lists; look whether any are missing`,
    );
  return rows;
}
