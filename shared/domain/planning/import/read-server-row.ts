import type { InventoryField, InventoryMapping } from '../../../contracts/planning/import';
import { MOST, type InventoryServer } from '../../../contracts/planning/portfolio';
import {
  booleanOf,
  CONTROL,
  criticalityOf,
  environmentOf,
  listOf,
  numberOf,
  tagsOf,
  textOf,
} from './cell-values';
import { fqdnIn, type Readiness, type ServerFacts } from './facts';
import type { ProblemList } from './problem-list';
import type { Column, RecognisedTable } from './recognise-table';

import type { Position, TableRow } from './source';

const MAX_ADDRESSES = 64;

/** The cells of one row by field; what can't be read is told and counts as unknown. */
export class RowReader {
  readonly at: Position;

  constructor(
    private readonly known: RecognisedTable,
    private readonly row: TableRow,
    private readonly mapping: InventoryMapping,
    private readonly problems: ProblemList,
  ) {
    this.at = { file: known.table.file, sheet: known.table.sheet, line: row.line };
  }

  cell(field: InventoryField): string | undefined {
    const column = this.known.columns.get(field);
    return column && this.row.cells[column.index];
  }

  text(field: InventoryField, maxLength: number): string | null {
    const text = textOf(this.cell(field));
    if (text === null) return null;
    // Some letters are two in lower case, in which names are compared.
    const length = Math.max(text.length, text.toLowerCase().length);
    if (length <= maxLength) return this.printable(field, text);
    const problem = `has ${length} characters; at most ${maxLength} are taken`;
    this.problems.error(this.at, problem, { column: this.header(field), value: text });
    return null;
  }

  /** Of a cell that holds several. */
  parts(field: InventoryField): string {
    return this.printable(field, this.cell(field) ?? '') ?? '';
  }

  private printable(field: InventoryField, text: string): string | null {
    if (!CONTROL.test(text)) return text;
    const problem = 'holds control characters; write it without';
    this.problems.error(this.at, problem, { column: this.header(field), value: text });
    return null;
  }

  number(field: InventoryField): number | null {
    const column = this.known.columns.get(field);
    return column === undefined ? null : this.numberIn(column);
  }

  numberIn({ index, header, megabytes }: Column): number | null {
    const cell = this.row.cells[index];
    const number = numberOf(cell, this.mapping.decimalComma);
    if (number === null) return null;
    const most = MOST / Math.max(1, megabytes);
    if (number !== undefined && number * megabytes <= MOST) return number;
    const message =
      number === undefined
        ? 'is no number; write digits, as 16384 or 12.5, or leave it empty'
        : `is more than there is; at most ${most} are taken`;
    this.problems.error(this.at, message, { column: header, value: cell ?? null });
    return null;
  }

  /** In megabytes, whatever unit the header names. */
  megabytes(field: InventoryField): number | null {
    const column = this.known.columns.get(field);
    const number = this.number(field);
    return column === undefined || number === null ? null : rounded(number * column.megabytes);
  }

  gigabytes(field: InventoryField): number | null {
    const megabytes = this.megabytes(field);
    return megabytes === null ? null : rounded(megabytes / 1_024);
  }

  /** The sum of numbered disks; null where none has a size. */
  disksGb(): number | null {
    const sizes = this.known.diskSizes.flatMap((column) => {
      const number = this.numberIn(column);
      return number === null ? [] : [(number * column.megabytes) / 1_024];
    });
    return sizes.length === 0 ? null : rounded(sizes.reduce((sum, size) => sum + size, 0));
  }

  /** A word of a list; one that is not known is told and counts as unknown. */
  word<Meaning>(
    field: InventoryField,
    text: string | null,
    meaningOf: (text: string) => Meaning | null | undefined,
    right: string,
  ): Meaning | null {
    if (text === null) return null;
    const meaning = meaningOf(text);
    if (meaning !== undefined) return meaning;
    const message = `is not known and was left out; use ${right}, or say under «values» of a mapping what it means`;
    this.problems.warn(this.at, message, { column: this.header(field), value: text });
    return null;
  }

  header(field: InventoryField): string {
    return this.known.columns.get(field)?.header ?? field;
  }
}

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;

const firmwareOf = (text: string | null): InventoryServer['firmware'] => {
  const lower = text?.toLowerCase() ?? '';
  if (lower.includes('efi')) return 'uefi';
  return lower.includes('bios') ? 'bios' : null;
};

export const readinessOf = (text: string): Readiness | undefined => {
  const lower = text.toLowerCase().replace(/[\s_-]+/g, '');
  if (/notready|notsuitable/.test(lower)) return 'not-ready';
  if (lower.includes('condition')) return 'conditional';
  if (lower.includes('unknown')) return 'unknown';
  return /ready|suitable/.test(lower) ? 'ready' : undefined;
};

/** Where the family alone stands in the one column, the other holds what it is. */
const systemOf = (name: string | null, version: string | null): string | null => {
  if (version === null || !/^(windows|linux|unix)$/i.test(name ?? '')) return name;
  return /[a-z]{3}/i.test(version) ? version : `${name} ${version}`;
};

const firstOf = (tags: ReadonlyMap<string, string>, ...keys: string[]): string | null => {
  for (const key of keys) {
    const value = tags.get(key);
    if (value !== undefined && value.length <= 100) return value;
  }
  return null;
};

/** What a row of an inventory says of its server; null where it names none, which is told. */
export function readServerRow(
  row: RowReader,
  problems: ProblemList,
  known: RecognisedTable,
  mapping: InventoryMapping,
): ServerFacts | null {
  const stated = row.text('name', 255);
  const fqdnCell = row.text('fqdn', 255);
  const name = stated ?? fqdnCell;
  if (name === null) {
    problems.error(row.at, 'names no server; give its name, or delete the row', {
      column: row.header('name'),
    });
    return null;
  }
  const tags = tagsOf(row.parts('tags'));
  const application = row.cell('application') === undefined ? undefined : row.parts('application');
  return {
    format: known.shape.format,
    at: row.at,
    name,
    foreignId: row.text('id', 255)?.toLowerCase() ?? null,
    fqdn: fqdnIn(fqdnCell ?? '') ?? fqdnIn(name),
    addresses: listOf(row.parts('addresses'), /[;,|\s]/)
      .filter((address) => address.length <= 64)
      .slice(0, MAX_ADDRESSES),
    software: [],
    machine: {
      operatingSystem: systemOf(row.text('operating-system', 200), row.text('operating-system-version', 100)),
      operatingSystemVersion: row.text('operating-system-version', 100),
      cores: row.number('cores'),
      memoryMb: row.megabytes('memory'),
      storageGb: row.gigabytes('storage') ?? row.disksGb(),
      firmware: firmwareOf(row.text('firmware', 100)),
      isPoweredOn: booleanOf(row.cell('power')),
    },
    databases: [],
    workloadId: null,
    applications: listOf(
      application ?? firstOf(tags, 'application', 'app', 'app name', 'application name', 'workload') ?? '',
      /[;,|]/,
    ).filter((text) => text.length <= 200),
    environment: row.word(
      'environment',
      row.text('environment', 200) ?? firstOf(tags, 'environment', 'env'),
      (text) => environmentOf(text, mapping),
      'development, test, staging or production',
    ),
    owner: row.text('owner', 100) ?? firstOf(tags, 'owner', 'application owner', 'app owner'),
    businessUnit: row.text('business-unit', 200) ?? firstOf(tags, 'business unit', 'bu', 'department'),
    criticality: row.word(
      'criticality',
      row.text('criticality', 200) ?? firstOf(tags, 'criticality', 'business criticality'),
      (text) => criticalityOf(text, mapping),
      'low, medium, high or mission-critical',
    ),
    readiness: row.word(
      'readiness',
      row.text('readiness', 200),
      readinessOf,
      'ready, ready with conditions, not ready or unknown',
    ),
    isPartial: known.shape.rows !== 'servers',
  };
}
