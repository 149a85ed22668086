import { CsvError, parse } from 'csv-parse';
import type { RowProblem } from '../../contracts/planning/import';
import { rowProblem } from '../../domain/planning/import/problem-list';
import type { SourceTable, TableBatch, TableRow } from '../../domain/planning/import/source';
import type { Bytes } from './file-bytes';
import { RefusedFile } from './refused-file';
import type { TableLimits } from './table-limits';
import { asUtf8, encodingOf } from './text-encoding';

const SEPARATORS = [',', ';', '\t'] as const;
const HEAD_ROWS = 20;
const MAX_ROW_CHARACTERS = 1_000_000;

/** Excel's own way to name the separator, in a first line that is no row. */
const STATED_SEPARATOR = /^sep=(.)\r?\n/i;

/** The one that the first line with any holds most often outside quotes. */
function separatorIn(text: string): string {
  const stated = STATED_SEPARATOR.exec(text)?.[1];
  if (stated !== undefined) return stated;
  const unquoted = text.replace(/"(?:[^"]|"")*"?/g, '');
  for (const line of unquoted.split(/\r\n|\n|\r/)) {
    const counts = SEPARATORS.map((separator) => ({ separator, count: line.split(separator).length - 1 }));
    const [best] = counts.sort((a, b) => b.count - a.count);
    if (best !== undefined && best.count > 0) return best.separator;
  }
  return ',';
}

const linesIn = (cells: readonly string[]): number => {
  let lines = 1;
  for (const cell of cells) {
    if (!cell.includes('\n') && !cell.includes('\r')) continue;
    lines += cell.split(/\r\n|\n|\r/).length - 1;
  }
  return lines;
};

const MEANING: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened and never closed; close it, and write a quote inside quotes twice',
  CSV_INVALID_CLOSING_QUOTE: 'something follows a closing quote; write a quote inside quotes twice',
  INVALID_OPENING_QUOTE:
    'a quote stands inside a cell that is not quoted; quote the cell, and write the quote twice',
  CSV_MAX_RECORD_SIZE: `a row has more than ${MAX_ROW_CHARACTERS} characters; a quote may be missing`,
};

interface CsvText {
  readonly file: string;
  readonly bytes: Bytes;
  readonly limits: TableLimits;
}

/** Parses chunk by chunk; the lines of rows are counted here, because empty ones and quoted line breaks count, too. */
async function* batchesOf(
  { file, limits }: CsvText,
  utf8: () => AsyncIterable<Buffer>,
  separator: string,
): AsyncGenerator<TableBatch> {
  let line = 1;
  let rows: TableRow[] = [];
  let problems: RowProblem[] = [];
  const take = (cells: string[]): null => {
    const longest = cells.findIndex((cell) => cell.length > limits.cellCharacters);
    if (longest >= 0 || cells.length > limits.columns) {
      const message =
        longest >= 0
          ? `a cell has ${cells[longest]?.length} characters; at most ${limits.cellCharacters} are taken`
          : `has ${cells.length} columns; at most ${limits.columns} are taken`;
      problems.push(
        rowProblem('error', { file, sheet: null, line }, message, {
          column: longest >= 0 ? `column ${longest + 1}` : null,
        }),
      );
    } else rows.push({ line, cells });
    line += linesIn(cells);
    return null;
  };
  const parser = parse({
    delimiter: separator,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    max_record_size: MAX_ROW_CHARACTERS,
    on_record: take,
  });
  const flushed = (): TableBatch => {
    const batch = { rows, problems };
    [rows, problems] = [[], []];
    return batch;
  };
  let failure: unknown = null;
  parser.on('error', (error) => (failure ??= error));
  parser.resume();
  for await (const chunk of utf8()) {
    await new Promise<void>((resolve) => parser.write(chunk, () => resolve()));
    if (failure !== null) break;
    if (rows.length > 0 || problems.length > 0) yield flushed();
  }
  if (failure === null)
    await new Promise<void>((resolve) => {
      parser.once('end', resolve).once('error', () => resolve());
      parser.end();
    });
  if (failure !== null) problems.push(asProblem(file, line, failure));
  yield flushed();
}

function asProblem(file: string, line: number, error: unknown): RowProblem {
  if (!(error instanceof CsvError)) throw error;
  const meaning = MEANING[error.code] ?? error.message;
  return rowProblem(
    'error',
    { file, sheet: null, line },
    `the row that begins here can not be read: ${meaning}`,
  );
}

/** Reads separated values of any of the usual encodings and separators, as they come. */
export async function csvTable(source: CsvText): Promise<SourceTable> {
  const { file, bytes } = source;
  const encoding = await encodingOf(bytes);
  const start: Buffer[] = [];
  for await (const chunk of asUtf8(bytes, encoding)) {
    start.push(chunk);
    if (start.reduce((sum, { length }) => sum + length, 0) > 65_536) break;
  }
  const text = Buffer.concat(start).toString('utf8');
  if (text.includes('\u0000'))
    throw new RefusedFile('is no text: it holds zero bytes; give CSV, XLSX, YAML or JSON');
  const separator = separatorIn(text);
  const batches = () => batchesOf(source, () => asUtf8(bytes, encoding), separator);
  const head: TableRow[] = [];
  for await (const { rows } of batches()) {
    head.push(...rows.filter(({ cells }) => cells.some((cell) => cell.trim() !== '')));
    if (head.length >= HEAD_ROWS) break;
  }
  return { kind: 'table', file, sheet: null, head: head.slice(0, HEAD_ROWS), batches };
}
