import type { InventorySource } from '../../domain/planning/import/source';
import type { InventoryFile, TableReader } from '../../ports/table-reader';
import { csvTable } from './csv-table';
import { contentOf, firstBytes, wholeContent, type Bytes } from './file-bytes';
import { ownDocument } from './own-document';
import { RefusedFile, refused } from './refused-file';
import { TABLE_LIMITS, type TableLimits } from './table-limits';
import { asUtf8, encodingOf } from './text-encoding';
import { workbookTables } from './workbook-tables';

const ZIP = Buffer.from('PK\u0003\u0004', 'latin1');
const COMPOUND = Buffer.from([0xd0, 0xcf, 0x11, 0xe0]);

const isDocument = (name: string, start: Buffer): boolean =>
  /\.(ya?ml|json)(\.gz)?$/i.test(name) || /^\ufeff?\s*[{[]/.test(start.toString('utf8'));

async function wholeText(bytes: Bytes, limits: TableLimits): Promise<string> {
  const whole = await wholeContent(bytes, limits);
  const held = async function* () {
    yield whole;
  };
  const chunks: Buffer[] = [];
  for await (const chunk of asUtf8(held, await encodingOf(held))) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** What a file is shows in its first bytes; its name decides only between text and text. */
async function sourcesIn(file: InventoryFile, limits: TableLimits): Promise<readonly InventorySource[]> {
  const bytes = await contentOf(file, limits);
  const start = await firstBytes(bytes, 64);
  if (start.length === 0) throw new RefusedFile('is empty');
  if (start.subarray(0, 4).equals(COMPOUND))
    throw new RefusedFile(
      'is encrypted, or a workbook of before 2007: take off its sensitivity label or password and save it as .xlsx or CSV',
    );
  if (start.subarray(0, 4).equals(ZIP))
    return workbookTables(file.name, await wholeContent(bytes, limits), limits);
  if (isDocument(file.name, start)) return [ownDocument(file.name, await wholeText(bytes, limits), limits)];
  return [await csvTable({ file: file.name, bytes, limits })];
}

/** Reads CSV, XLSX, YAML and JSON, plain or packed by gzip. */
export class FileTableReader implements TableReader {
  constructor(private readonly limits: TableLimits = TABLE_LIMITS) {}

  async read(file: InventoryFile): Promise<readonly InventorySource[]> {
    try {
      return await sourcesIn(file, this.limits);
    } catch (error) {
      if (error instanceof RefusedFile) return [refused(file.name, error)];
      throw error;
    }
  }
}
