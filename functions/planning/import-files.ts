import { MigrationError } from '../../shared/contracts/errors';
import { InventoryMapping, type InventoryImportResult } from '../../shared/contracts/planning/import';
import type { Principal } from '../../shared/contracts/principal';
import { importInventory } from '../../shared/domain/planning/import/import-inventory';
import { untilFresh, type ContentLedger } from '../../shared/ledger/content-ledger';
import { openPortfolio, savePortfolio } from '../../shared/ledger/portfolios';
import type { InventoryFile, TableReader } from '../../shared/ports/table-reader';

export interface ImportRequest {
  readonly files: readonly File[];
  /** JSON or YAML; null: the usual headers and words. */
  readonly mapping: string | null;
  /** The files list only a part of what there is: nothing is gone. */
  readonly isPartial: boolean;
  /** Without it the import only says what it would change. */
  readonly apply: boolean;
}

/**
 * Reads files of other tools into a portfolio, or says what that would change (R5 R6). With any error nothing is changed. Where somebody
 * else changes the portfolio meanwhile, the files are merged anew with what they made.
 */
export const importFiles = async (
  ledger: ContentLedger,
  tables: TableReader,
  principal: Principal,
  id: string,
  { files, mapping, isPartial, apply }: ImportRequest,
): Promise<InventoryImportResult> => {
  const words = await mappingOf(tables, mapping);
  const sources = (await Promise.all(files.map((file) => tables.read(inventoryFile(file))))).flat();
  return untilFresh(async () => {
    const { head, content } = await openPortfolio(ledger, id);
    const imported = await importInventory({ before: content, sources, mapping: words, isPartial });
    const { portfolio, result } = imported;
    if (!apply || result.errors > 0) return { ...result, applied: false, version: head?.body.version ?? 0 };
    const { new: added, changed, gone } = result.counts;
    const names = files.map(({ name }) => name).join(', ');
    const summary = `Imported ${names}: ${added} new, ${changed} changed, ${gone} gone`;
    const saved = await savePortfolio(ledger, principal, id, head, portfolio, { kind: 'imported', summary });
    return { ...result, applied: true, version: saved.body.version };
  });
};

const inventoryFile = (file: Blob & { readonly name: string }): InventoryFile => ({
  name: file.name.slice(0, 200) || 'file',
  open: () => file.stream(),
});

const mappingOf = async (tables: TableReader, text: string | null): Promise<InventoryMapping> => {
  if (text === null) return InventoryMapping.parse({});
  const file = new File([text], 'mapping.yaml');
  const [source] = await tables.read(inventoryFile(file));
  const wrong = (message: string) => new MigrationError('invalid-input', message, { field: 'mapping' });
  if (source?.kind === 'refused') throw wrong(source.problem.message);
  const parsed = InventoryMapping.safeParse(source?.kind === 'document' ? source.value : undefined);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw wrong(
    `${issue?.path.map(String).join('.') || 'the mapping'}: ${issue?.message ?? 'is not as it must be'}`,
  );
};
