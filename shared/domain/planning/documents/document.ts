/** Something a person reads, in the same words whatever it is written in: Markdown, HTML, CSV, a workbook. */
export interface Document {
  readonly title: string;
  /** Below the title: which plan, which version, which hash. */
  readonly about: readonly string[];
  readonly sections: readonly Section[];
}

export interface Section {
  readonly heading: string;
  readonly parts: readonly Part[];
}

export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | Table;

export interface Table {
  readonly kind: 'table';
  /** Names the sheet or file where tables are written one by one. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Null: not known, or nothing to say. */
export type Cell = string | number | null;

export const text = (words: string): Part => ({ kind: 'text', text: words });
export const list = (items: readonly string[]): Part => ({ kind: 'list', items });
export const table = (
  name: string,
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
): Table => ({ kind: 'table', name, columns, rows });

/** A table, or a sentence that says that there is nothing to list. */
export const tableOr = (none: string, ...of: Parameters<typeof table>): Part =>
  of[2].length === 0 ? text(none) : table(...of);

export const tablesOf = ({ sections }: Document): readonly Table[] =>
  sections.flatMap(({ parts }) => parts.filter((part) => part.kind === 'table'));
