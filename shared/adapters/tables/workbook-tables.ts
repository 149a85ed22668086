import readWorkbook, { InvalidSpreadsheetError } from 'read-excel-file/universal';
import type { RowProblem } from '../../contracts/planning/import';
import { rowProblem } from '../../domain/planning/import/problem-list';
import type { SourceTable, TableRow } from '../../domain/planning/import/source';
import { RefusedFile } from './refused-file';
import type { TableLimits } from './table-limits';
import { checkedWorkbook } from './workbook-parts';

const HEAD_ROWS = 20;

/** Formulas come as the value they had when the file was saved; a moment as ISO 8601, without a time where it has none. */
function textOf(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'string') return cell;
  if (cell instanceof Date) return cell.toISOString().replace(/T00:00:00\.000Z$/, '');
  return typeof cell === 'boolean' ? (cell ? 'True' : 'False') : typeof cell === 'number' ? String(cell) : '';
}

function sheetTable(
  file: string,
  sheet: string,
  data: readonly (readonly unknown[])[],
  limits: TableLimits,
): SourceTable {
  const problems: RowProblem[] = [];
  const rows: TableRow[] = data.map((cells, index) => ({ line: index + 1, cells: cells.map(textOf) }));
  for (const { line, cells } of rows) {
    const long = cells.findIndex((cell) => cell.length > limits.cellCharacters);
    if (long < 0) continue;
    const message = `a cell has ${cells[long]?.length} characters; at most ${limits.cellCharacters} are taken`;
    problems.push(rowProblem('error', { file, sheet, line }, message, { column: `column ${long + 1}` }));
  }
  const isFilled = ({ cells }: TableRow): boolean => cells.some((cell) => cell.trim() !== '');
  return {
    kind: 'table',
    file,
    sheet,
    head: rows.filter(isFilled).slice(0, HEAD_ROWS),
    batches: async function* () {
      yield { rows, problems };
    },
  };
}

/** Every sheet that holds anything. Declared ranges, styles and formulas decide nothing. */
export async function workbookTables(
  file: string,
  bytes: Uint8Array,
  limits: TableLimits,
): Promise<SourceTable[]> {
  const workbook = checkedWorkbook(bytes, limits);
  const sheets = await readWorkbook(workbook).catch((error: unknown) => {
    if (error instanceof InvalidSpreadsheetError || error instanceof RangeError)
      throw new RefusedFile(
        `is no workbook that can be read (${error.message}); save it again as .xlsx, or as CSV`,
      );
    throw error;
  });
  const tables = sheets
    .filter(({ data }) => data.length > 0)
    .map(({ sheet, data }) => sheetTable(file, sheet, data, limits));
  if (tables.length === 0) throw new RefusedFile('is a workbook without a single filled cell');
  return tables;
}
