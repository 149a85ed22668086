import type { Cell, Table } from './document';

/**
 * RFC 4180 with a byte order mark, by which spreadsheets know UTF-8. A text that a spreadsheet would take for a formula gets an
 * apostrophe before it (OWASP, CSV injection): numbers stay numbers.
 */
export const toCsv = ({ columns, rows }: Table): string =>
  `\ufeff${[columns, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;

const cell = (value: Cell): string => {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = withoutFormula(value);
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** The text as a cell that no spreadsheet calculates; some take the wide forms of signs for the signs. */
export const withoutFormula = (text: string): string =>
  /^[=+\-@＝＋－＠\t\r\n]/.test(text) ? `'${text}` : text;
