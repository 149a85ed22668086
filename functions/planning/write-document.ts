import { z } from 'zod';
import { MigrationError } from '../../shared/contracts/errors';
import { tablesOf, type Document } from '../../shared/domain/planning/documents/document';
import { toCsv } from '../../shared/domain/planning/documents/to-csv';
import { toHtml } from '../../shared/domain/planning/documents/to-html';
import { toMarkdown } from '../../shared/domain/planning/documents/to-markdown';
import type { Workbooks } from '../../shared/ports/workbooks';

export const DocumentFormat = z.enum(['markdown', 'html', 'xlsx', 'csv', 'json']);
export type DocumentFormat = z.infer<typeof DocumentFormat>;

export interface WrittenDocument {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  readonly extension: string;
}

const TYPES: Readonly<Record<DocumentFormat, readonly [contentType: string, extension: string]>> = {
  markdown: ['text/markdown; charset=utf-8', 'md'],
  html: ['text/html; charset=utf-8', 'html'],
  xlsx: ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx'],
  csv: ['text/csv; charset=utf-8', 'csv'],
  json: ['application/json', 'json'],
};

export const DOCUMENT_TYPES: readonly string[] = Object.values(TYPES).map(([type]) =>
  type.replace(/;.*/, ''),
);

/** The document in a format. CSV holds one table, the first where none is named; `not-found` where there is none of the name. */
export async function writeDocument(
  document: Document,
  format: DocumentFormat,
  workbooks: Workbooks,
  tableName?: string,
): Promise<WrittenDocument> {
  const [contentType, extension] = TYPES[format];
  const bytes =
    format === 'xlsx'
      ? await workbooks.write(tablesOf(document))
      : Buffer.from(textIn(document, format, tableName), 'utf8');
  return { bytes, contentType, extension };
}

function textIn(
  document: Document,
  format: Exclude<DocumentFormat, 'xlsx'>,
  tableName: string | undefined,
): string {
  if (format === 'markdown') return toMarkdown(document);
  if (format === 'html') return toHtml(document);
  if (format === 'json') return `${JSON.stringify(document, null, 2)}\n`;
  const tables = tablesOf(document);
  const found = tableName === undefined ? tables[0] : tables.find(({ name }) => name === tableName);
  if (found !== undefined) return toCsv(found);
  const names = tables.map(({ name }) => name).join(', ');
  throw new MigrationError(
    'not-found',
    `there is no table ${tableName ?? ''} in it; there are: ${names || 'none'}`,
  );
}
