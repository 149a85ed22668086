import { z } from 'zod';
import { MigrationError } from '../../contracts/errors';

const Position = z.array(z.string().max(255)).min(1).max(3);

/** A continuation is the sort key of the last item of a page, so that writes between pages neither repeat nor hide others. */
export const encodeContinuation = (sortKey: readonly string[]): string =>
  Buffer.from(JSON.stringify(sortKey)).toString('base64url');

/** The sort key a continuation stands for; throws `invalid-input` for a text that is none of the given length. */
export function decodeContinuation(continuation: string, length: number): string[] {
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
