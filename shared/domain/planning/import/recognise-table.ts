import type { InventoryField, InventoryMapping, RowProblem } from '../../../contracts/planning/import';
import { headerName, letterDistance, type HeaderName } from './header-names';
import { rowProblem } from './problem-list';
import type { Shape } from './shape';
import { FINDINGS, SHAPES } from './shapes';
import type { SourceTable, TableRow } from './source';

export interface Column {
  readonly index: number;
  readonly header: string;
  /** Megabytes of one unit, from the header or else as the shape says. */
  readonly megabytes: number;
}

export interface RecognisedTable {
  readonly table: SourceTable;
  readonly shape: Shape;
  /** The line of the headers; rows begin after it. */
  readonly headerLine: number;
  readonly columns: ReadonlyMap<InventoryField, Column>;
  readonly diskSizes: readonly Column[];
}

interface Header extends HeaderName {
  readonly index: number;
  readonly text: string;
  /** The field that the mapping names; null: not to be read; undefined: it names none. */
  readonly mapped: InventoryField | null | undefined;
}

interface Match {
  readonly shape: Shape;
  readonly columns: Map<InventoryField, Column>;
  readonly twice: readonly { readonly field: InventoryField; readonly headers: readonly Header[] }[];
  readonly diskSizes: readonly Column[];
}

const headersOf = (row: TableRow, mapping: InventoryMapping): Header[] => {
  const mapped = new Map(
    Object.entries(mapping.columns).map(([header, field]) => [headerName(header).name, field]),
  );
  return row.cells.flatMap((text, index) => {
    const name = headerName(text);
    return name.name === '' ? [] : [{ ...name, index, text: text.trim(), mapped: mapped.get(name.name) }];
  });
};

const columnOf = (shape: Shape, field: InventoryField, header: Header): Column => ({
  index: header.index,
  header: header.text,
  megabytes: header.megabytes ?? shape.megabytes[field] ?? 1,
});

function candidates(
  headers: readonly Header[],
  field: InventoryField,
  names: readonly string[],
): readonly Header[] {
  const stated = headers.filter(({ mapped }) => mapped === field);
  if (stated.length > 0) return stated;
  for (const name of names) {
    const found = headers.filter(
      (header) => header.mapped === undefined && (header.name === name || header.base === name),
    );
    if (found.length > 0) return found;
  }
  return [];
}

/** Null where the headers are not those of the shape. */
function match(shape: Shape, headers: readonly Header[]): Match | null {
  const columns = new Map<InventoryField, Column>();
  const twice: { field: InventoryField; headers: readonly Header[] }[] = [];
  for (const [field, names] of Object.entries(shape.columns) as [InventoryField, readonly string[]][]) {
    const found = candidates(headers, field, names);
    if (found[0] !== undefined) columns.set(field, columnOf(shape, field, found[0]));
    if (found.length > 1) twice.push({ field, headers: found });
  }
  if (!shape.required.every((fields) => fields.some((field) => columns.has(field)))) return null;
  const { telling } = shape;
  if (telling && !headers.some(({ name, base }) => telling.includes(name) || telling.includes(base)))
    return null;
  const diskSizes = headers
    .filter(({ base }) => shape.diskSizes?.test(base) ?? false)
    .map((header) => columnOf(shape, 'disk-size', header));
  return { shape, columns, twice, diskSizes };
}

const looksFor = (shape: Shape): string =>
  shape.required
    .map((fields) => fields.flatMap((field) => shape.columns[field]?.[0] ?? []))
    .map((names) => names.join(' or '))
    .join(', ');

function unknownTable(table: SourceTable, shapes: readonly Shape[]): RowProblem {
  const row = table.head[0] ?? { line: 0, cells: [] };
  const headers = row.cells.filter((cell) => cell.trim() !== '');
  const wanted = [
    ...new Set(
      shapes.flatMap((shape) => shape.required.flat().flatMap((field) => shape.columns[field]?.[0] ?? [])),
    ),
  ];
  const near = headers
    .slice(0, 300)
    .flatMap((header) =>
      wanted.map((name) => ({ header, name, distance: letterDistance(headerName(header).name, name) })),
    )
    .filter(({ name, distance }) => distance > 0 && distance <= name.length / 3)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ header, name }) => `«${header.trim()}» is near «${name}»`);
  const known = shapes.map((shape) => `${shape.title} (${looksFor(shape)})`).join('; ');
  const message =
    headers.length === 0
      ? 'holds no row with headers'
      : `is no table that is known; ${near.length > 0 ? `${near.join(', ')}; ` : ''}looked for ${known}; name its columns in a mapping`;
  return rowProblem('error', { ...table, line: row.line }, message, { value: headers.join(', ') });
}

const isStated = (mapping: InventoryMapping, { file }: SourceTable, shape: Shape): boolean =>
  !Object.hasOwn(mapping.formats, file) || mapping.formats[file] === shape.format;

/**
 * Finds what a table is by its headers, whatever their order, case and notation: the shape of which most columns are there. The
 * headers may stand below titles, in one of the first rows.
 */
export function recogniseTable(
  table: SourceTable,
  mapping: InventoryMapping,
):
  | { readonly kind: 'table'; readonly recognised: RecognisedTable }
  | { readonly kind: 'problem'; readonly problem: RowProblem } {
  const shapes = SHAPES.filter((shape) => isStated(mapping, table, shape));
  for (const row of table.head) {
    const headers = headersOf(row, mapping);
    if (headers.some(({ name }) => FINDINGS.includes(name))) break;
    const matches = shapes
      .flatMap((shape) => match(shape, headers) ?? [])
      .sort((a, b) => b.columns.size - a.columns.size);
    const [best, second] = matches;
    if (best === undefined) continue;
    const at = { ...table, line: row.line };
    if (second !== undefined && second.columns.size === best.columns.size) {
      const both = `${best.shape.title} (${best.shape.format}) and ${second.shape.title} (${second.shape.format})`;
      const message = `its headers fit ${both}; say which under «formats» of a mapping`;
      return { kind: 'problem', problem: rowProblem('error', at, message) };
    }
    const [twice] = best.twice;
    if (twice !== undefined) {
      const texts = [...new Set(twice.headers.map(({ text }) => `«${text}»`))];
      const message =
        texts.length === 1
          ? `${texts.join('')} stands there twice; delete one of the columns, or rename it`
          : `${texts.join(' and ')} both are the ${twice.field}; give one of them to null under «columns» of a mapping`;
      return {
        kind: 'problem',
        problem: rowProblem('error', at, message, { column: twice.headers[0]?.text ?? null }),
      };
    }
    const { shape, columns, diskSizes } = best;
    return { kind: 'table', recognised: { table, shape, headerLine: row.line, columns, diskSizes } };
  }
  return { kind: 'problem', problem: unknownTable(table, shapes) };
}
