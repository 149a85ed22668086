import type { Facts, Part, Shown, Table } from './command';

/** Of prose in a table. An id or hash is never cut: the next command is typed with it. */
const WIDEST_PROSE = 60;
const WIDEST_LINE = 110;

/** A result as it is printed. Control characters of stored text never reach the terminal. */
export function render(shown: Shown, output: 'json' | 'table'): string {
  if (shown.kind === 'text') return shown.text;
  if (output === 'json') {
    return `${JSON.stringify(shown.kind === 'rows' ? shown.rows : shown.item, null, 2)}\n`;
  }
  switch (shown.kind) {
    case 'rows':
      return renderTable(shown);
    case 'item':
      return renderItem(shown.item);
    case 'parts':
      return shown.parts.map(renderPart).join('\n');
  }
}

const renderPart = (part: Part): string =>
  `${show(part.title, Infinity)}\n${'facts' in part ? renderFacts(part) : part.rows.length === 0 ? '' : renderTable(part)}`;

function renderFacts({ facts }: Facts): string {
  const told = facts.filter(([, said]) => said.length > 0);
  const width = Math.max(...told.map(([name]) => name.length)) + 2;
  return told
    .flatMap(([name, said]) =>
      [said]
        .flat()
        .flatMap(wrapped)
        .map((line, index) => `  ${(index === 0 ? name : '').padEnd(width)}${line}\n`),
    )
    .join('');
}

/** Lines for a terminal; only a word that is longer makes a longer one. What stood indented stays so. */
function wrapped(text: string): string[] {
  const plain = plainLine(text);
  const indent = /^ */.exec(plain)?.[0] ?? '';
  const lines: string[] = [];
  for (const word of plain.trim().split(/ +/)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= WIDEST_LINE) lines.push(`${indent}${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

function renderTable({ columns, rows, below }: Table): string {
  const of = (row: object, column: string): unknown => (row as Record<string, unknown>)[column];
  const cells = rows.map((row) => columns.map((column) => showCell(of(row, column))));
  const lines = [columns.map(heading), ...cells];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  const renderLine = (line: readonly string[]): string =>
    `${line
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd()}\n`;
  const prose = (row: object | undefined): string => {
    const said = row === undefined || below === undefined ? null : (of(row, below) ?? null);
    return [said ?? []]
      .flat()
      .map((line) => `    ${show(line, Infinity)}\n`)
      .join('');
  };
  return lines.map((line, index) => renderLine(line) + prose(rows[index - 1])).join('');
}

/** `writeBlockedMs` as WRITE BLOCKED MS. */
const heading = (column: string): string => column.replace(/([a-z])([A-Z])/g, '$1 $2').toUpperCase();

function renderItem(item: object): string {
  const rows = Object.entries(item);
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows
    .map(([name, value]) =>
      isStructure(value)
        ? `${name}\n${showStructure(value)}\n`
        : `${name.padEnd(width)}  ${show(value, 1_000)}\n`,
    )
    .join('');
}

const isStructure = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).some((part) => typeof part === 'object');

/** Line by line, whole: lists of stages and plans are read by people. */
const showStructure = (value: object): string =>
  JSON.stringify(value, null, 2)
    .split('\n')
    .map((line) => `  ${show(line, Infinity)}`)
    .join('\n');

function showCell(value: unknown): string {
  const isWord = typeof value === 'string' && !/\s/.test(value);
  return show(value, isWord ? Infinity : WIDEST_PROSE);
}

function show(value: unknown, maxLength: number): string {
  if (value === null || value === undefined) return '-';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const plain = plainLine(text);
  return plain.length <= maxLength ? plain : `${plain.slice(0, maxLength - 1)}…`;
}

/** Text as one line that does nothing to a terminal. */
export const plainLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
