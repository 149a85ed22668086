import { InventoryMapping } from '../../../../../shared/contracts/planning/import';
import type { Portfolio } from '../../../../../shared/contracts/planning/portfolio';
import { FileTableReader } from '../../../../../shared/adapters/tables/file-table-reader';
import {
  importInventory,
  type ImportedInventory,
} from '../../../../../shared/domain/planning/import/import-inventory';
import type { InventorySource } from '../../../../../shared/domain/planning/import/source';

export const EMPTY: Portfolio = { workloads: [], connections: [] };
/** Of an inventory of Azure Migrate. */
export const HEADER = 'Server name,Cores,Memory (In MB),OS name,Application name(s),Environment\n';

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Reads files by name as an upload would bring them, in small pieces. */
export async function readFiles(files: Files): Promise<InventorySource[]> {
  const reader = new FileTableReader();
  const sources: InventorySource[] = [];
  for (const [name, content] of Object.entries(files)) {
    const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
    const open = async function* () {
      for (let start = 0; start < bytes.length; start += 1_000) yield bytes.subarray(start, start + 1_000);
    };
    sources.push(...(await reader.read({ name, open })));
  }
  return sources;
}

export async function importFiles(
  files: Files,
  {
    before = EMPTY,
    mapping = {},
    isPartial = false,
  }: { before?: Portfolio; mapping?: unknown; isPartial?: boolean } = {},
): Promise<ImportedInventory> {
  return importInventory({
    before,
    sources: await readFiles(files),
    mapping: InventoryMapping.parse(mapping),
    isPartial,
  });
}

/** What is wrong with files, without the file that it is in. */
export async function problemsOf(files: Files, mapping?: unknown) {
  const { portfolio, result } = await importFiles(files, mapping === undefined ? {} : { mapping });
  return {
    portfolio,
    problems: result.problems.map(({ severity, row, column, value, message }) => ({
      severity,
      row,
      column,
      value,
      message,
    })),
  };
}
