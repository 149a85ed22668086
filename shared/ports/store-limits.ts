import { MigrationError } from '../contracts/errors';
import type { DocumentType, Operation } from './store';

const COMMIT_OPERATIONS = 100;
const SIZE_LIMIT_BYTES = 2 * 1024 * 1024;
const INDEX_ENTRIES = 8;
export const PAGE_DEFAULT = 100;
const PAGE_LIMIT = 1000;

/** Checks an id or a partition. A lone surrogate is refused because two such ids would be stored as one. */
export function checkKey(what: 'id' | 'partition', text: string): void {
  if (text.length < 1 || text.length > 255) {
    throw new MigrationError(
      'limit-exceeded',
      `The ${what} must have 1 to 255 characters, not ${text.length}`,
    );
  }
  if (/[/\\?#]/.test(text) || !text.isWellFormed()) {
    const shown = JSON.stringify(text);
    throw new MigrationError('limit-exceeded', `The ${what} ${shown} contains / \\ ? # or half a character`);
  }
}

export function checkIndex(type: string, index: Readonly<Record<string, string>>): void {
  const entries = Object.entries(index);
  if (entries.length > INDEX_ENTRIES) {
    throw new MigrationError('limit-exceeded', `${type} has ${entries.length} index entries, at most 8`);
  }
  for (const [name, value] of entries) {
    if (value.length < 1 || value.length > 255 || !value.isWellFormed()) {
      throw new MigrationError(
        'limit-exceeded',
        `${type}: index ${name} must be text of 1 to 255 characters`,
      );
    }
  }
}

export function checkSize(what: string, sizeBytes: number): void {
  if (sizeBytes <= SIZE_LIMIT_BYTES) return;
  throw new MigrationError('limit-exceeded', `${what} has ${sizeBytes} bytes, at most ${SIZE_LIMIT_BYTES}`);
}

export function checkPageLimit(limit: number): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= PAGE_LIMIT) return limit;
  throw new MigrationError('invalid-input', `A page holds 1 to ${PAGE_LIMIT} items, not ${limit}`, {
    field: 'limit',
  });
}

export function checkOperations(operations: readonly Operation[]): void {
  if (operations.length <= COMMIT_OPERATIONS) return;
  throw new MigrationError(
    'limit-exceeded',
    `A commit of ${operations.length} operations, at most ${COMMIT_OPERATIONS}`,
  );
}

/** Throws `internal`: whoever accepts input checks it before, so a body that does not fit is a defect. */
export function parseBody<T>(type: DocumentType<T>, id: string, body: unknown): T {
  const parsed = type.schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new MigrationError('internal', `${type.name} ${id} does not fit its schema`, { cause: parsed.error });
}
