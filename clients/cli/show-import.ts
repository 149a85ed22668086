import type { InventoryImportResult } from '../../shared/contracts/planning/import';
import type { Part, Shown, Table } from './command';
import { counted } from './counted';

/** What an import found, first what is wrong: with an error nothing was changed. */
export function showImport(result: InventoryImportResult): Shown {
  const { counts, problems, differences } = result;
  const parts: Part[] = [
    { title: verdict(result), columns: [], rows: [] },
    { title: 'Files', columns: ['name', 'sheet', 'format', 'rows'], rows: result.files },
    ...table(
      `Problems: ${counted(result.errors, 'error')}, ${counted(result.warnings, 'warning')}${first(problems.length, result.errors + result.warnings)}`,
      {
        columns: ['severity', 'file', 'sheet', 'row', 'column', 'value', 'message'],
        rows: problems,
      },
    ),
    ...table(
      `Workloads: ${counts.new} new, ${counts.changed} changed, ${counts.gone} gone, ${counts.unchanged} as they were`,
      {
        columns: ['id', 'change', 'details'],
        rows: differences
          .filter(({ change }) => change !== 'unchanged')
          .map(({ details, ...rest }) => ({ ...rest, details: details.join('; ') })),
      },
    ),
  ];
  return { kind: 'parts', item: result, parts };
}

const verdict = ({ applied, errors, version }: InventoryImportResult): string => {
  if (applied) return `Applied: the portfolio has version ${version} now.`;
  if (errors > 0) return 'Nothing was changed: mend the errors first.';
  return 'Nothing was changed: add --apply to change it.';
};

const first = (shown: number, all: number): string => (shown < all ? `, the first ${shown}` : '');

const table = (title: string, { columns, rows }: Table): Part[] =>
  rows.length === 0 ? [] : [{ title, columns, rows }];
