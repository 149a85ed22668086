/** What a file may hold at most. Sizes are those after unpacking. */
export interface TableLimits {
  /** Of text that is read as it comes: CSV, also unpacked from gzip. */
  readonly textBytes: number;
  /** Of what has to be held whole: workbooks, YAML, JSON. */
  readonly wholeBytes: number;
  /** Of all parts of a workbook together. */
  readonly workbookBytes: number;
  readonly workbookParts: number;
  /** Unpacked by packed, for what is larger than a megabyte. */
  readonly ratio: number;
  /** Rows by columns of one sheet. */
  readonly sheetCells: number;
  readonly columns: number;
  readonly cellCharacters: number;
  readonly yamlAliases: number;
}

export const TABLE_LIMITS: TableLimits = {
  textBytes: 4 * 2 ** 30,
  wholeBytes: 32 * 2 ** 20,
  workbookBytes: 512 * 2 ** 20,
  workbookParts: 2_000,
  ratio: 200,
  sheetCells: 10_000_000,
  columns: 2_000,
  cellCharacters: 32_767,
  yamlAliases: 100,
};

export const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`;
