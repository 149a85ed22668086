import type { Table } from '../domain/planning/documents/document';

/** Writes what people open in a spreadsheet. */
export interface Workbooks {
  /**
   * One sheet a table, in their order. Texts stay texts, whatever they begin with: nothing in it is calculated. A text longer
   * than a cell holds is shortened, and says so. No tables make a workbook with one empty sheet.
   */
  write(tables: readonly Table[]): Promise<Uint8Array>;
}
