import { z } from 'zod';
import { MigrationError } from '../../contracts/errors';

const Position = z.array(z.string().max(255)).min(1).max(3);

/** A continuation is the sort key of the last item of a page, so that writes between pages neither repeat nor hide others. */
export const encodeContinuation = (sortKey: readonly string[]): string =>
  Buffer.from(JSON.stringify(sortKey)).toString('base64url');

/**
 * The sort key of the given length that a continuation stands for; empty texts, which come before all others, where there is
 * none. Throws `invalid-input` for a text that is no continuation.
 */
export function decodeContinuation(continuation: string | null | undefined, length: number): string[] {
  if (continuation === undefined || continuation === null) return Array<string>(length).fill('');
  try {
    const text = Buffer.from(continuation, 'base64url').toString();
    const sortKey = Position.length(length).parse(JSON.parse(text));
    if (encodeContinuation(sortKey) === continuation) return sortKey;
  } catch (error) {
    throw invalid(error);
  }
  throw invalid();
}

const invalid = (cause?: unknown) =>
  new MigrationError('invalid-input', 'The continuation is not one that this list gave', {
    cause,
    field: 'continuation',
  });
