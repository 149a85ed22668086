import { unzipSync, zipSync, type Unzipped } from 'fflate';
import { RefusedFile } from './refused-file';
import { mebibytes, type TableLimits } from './table-limits';

const CELL = /<c\s[^>]*?\br="([A-Z]{1,3})(\d{1,7})"/g;
const ROW = /<row\s[^>]*?\br="(\d{1,7})"/g;

const columnNumber = (letters: string): number =>
  [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);

/** Looks at what the directory claims before anything is unpacked, and never unpacks more of a part than it claims. */
function unpack(bytes: Uint8Array, limits: TableLimits): Unzipped {
  let total = 0;
  let parts = 0;
  try {
    return unzipSync(bytes, {
      filter: ({ name, size, originalSize }) => {
        parts += 1;
        total += originalSize;
        if (parts > limits.workbookParts)
          throw new RefusedFile(
            `is a bomb: it has more than ${limits.workbookParts} parts; save the sheets as CSV`,
          );
        if (total > limits.workbookBytes || (originalSize > 2 ** 20 && originalSize > size * limits.ratio)) {
          const most = `${mebibytes(limits.workbookBytes)} and ${limits.ratio} times the packed size`;
          throw new RefusedFile(
            `is a bomb: part ${name.slice(0, 100)} unpacks to more than ${most}; save the sheets as CSV`,
          );
        }
        return /\.(xml|rels)$/i.test(name);
      },
    });
  } catch (error) {
    if (error instanceof RefusedFile) throw error;
    throw new RefusedFile(
      'begins like a workbook and can not be unpacked; save it again as .xlsx, or as CSV',
    );
  }
}

/** A sheet is filled up from its first cell to its last, so where these are decides on the memory it takes. */
function checkExtent(name: string, xml: string, limits: TableLimits): void {
  let rows = 0;
  let columns = 0;
  for (const [, row] of xml.matchAll(ROW)) rows = Math.max(rows, Number(row));
  for (const [, letters, row] of xml.matchAll(CELL)) {
    rows = Math.max(rows, Number(row));
    columns = Math.max(columns, columnNumber(letters ?? ''));
  }
  if (columns <= limits.columns && rows * columns <= limits.sheetCells) return;
  const most = `${limits.columns} columns and ${limits.sheetCells} cells`;
  throw new RefusedFile(
    `has a sheet (${name}) of ${rows} rows and ${columns} columns; at most ${most} are taken`,
  );
}

/**
 * The workbook packed anew, without compression, from the parts that are data: what reads it afterwards meets nothing that was not
 * looked at. Definitions of types and entities (billion laughs) belong into no workbook and are refused.
 */
export function checkedWorkbook(bytes: Uint8Array, limits: TableLimits): ArrayBuffer {
  const parts = unpack(bytes, limits);
  for (const [name, content] of Object.entries(parts)) {
    const buffer = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
    if (buffer.includes('<!DOCTYPE') || buffer.includes('<!ENTITY'))
      throw new RefusedFile(
        `defines entities of its own (${name.slice(0, 100)}), as a bomb does; save it again as .xlsx`,
      );
    if (/worksheets\//i.test(name)) checkExtent(name, buffer.toString('latin1'), limits);
  }
  return new Uint8Array(zipSync(parts, { level: 0 })).buffer;
}
