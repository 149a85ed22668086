import writeWorkbook, { type SheetData } from 'write-excel-file/node';
import { table, type Cell, type Table } from '../../domain/planning/documents/document';
import { withoutFormula } from '../../domain/planning/documents/to-csv';
import type { Workbooks } from '../../ports/workbooks';

/** Excel's own limits (Microsoft, "Excel specifications and limits"). */
const CELL_CHARACTERS = 32_767;
const SHEET_NAME_CHARACTERS = 31;
const SHORTENED = ' … (shortened)';

/** Office Open XML. */
export class XlsxWorkbooks implements Workbooks {
  async write(tables: readonly Table[]): Promise<Uint8Array> {
    const taken = new Set<string>();
    const sheets = (tables.length === 0 ? [table('Empty', [], [])] : tables).map((each) => ({
      sheet: sheetName(each.name, taken),
      data: sheetData(each),
      stickyRowsCount: 1,
    }));
    return writeWorkbook(sheets).toBuffer();
  }
}

const sheetData = ({ columns, rows }: Table): SheetData => [
  columns.map((name) => ({ value: name, fontWeight: 'bold' as const })),
  ...rows.map((row) => row.map(cell)),
];

/** A workbook marks its texts as such; the apostrophe is for those who save it as CSV and open that. */
const cell = (value: Cell) =>
  value === null
    ? null
    : typeof value === 'number'
      ? { type: Number, value }
      : { type: String, value: shortened(withoutFormula(value)) };

const shortened = (text: string): string =>
  text.length <= CELL_CHARACTERS ? text : `${text.slice(0, CELL_CHARACTERS - SHORTENED.length)}${SHORTENED}`;

/** Unique without regard to case, and without the characters that Excel refuses. */
function sheetName(wanted: string, taken: Set<string>): string {
  const plain = wanted.replace(/[[\]:*?/\\]/g, ' ').replace(/^'|'$/g, '');
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? '' : ` ${number}`;
    const name = `${plain.slice(0, SHEET_NAME_CHARACTERS - suffix.length)}${suffix}`;
    if (taken.has(name.toLowerCase())) continue;
    taken.add(name.toLowerCase());
    return name;
  }
}
