import { MigrationError } from '../../../shared/contracts/errors';
import { blamedConnection, type PostgresContext } from '../../../shared/movers/postgres';

type Sides = Pick<PostgresContext, 'asset' | 'source' | 'target'>;

/**
 * Where a connection could not be opened, or `pg_dump` failed at one: the same trouble, told by the side and its secret's name, so that people know what to mend.
 * The reason it had stays its cause, for whoever tells by its code whether to wait. Every other error comes back as it is.
 */
export const namedBySide = (sides: Sides, error: unknown): unknown => {
  const connection = blamedConnection(error);
  const side = (['source', 'target'] as const).find((each) => sides[each] === connection);
  if (connection === null || side === undefined) return error;
  const secret = `the ${side} (secret ${sides.asset[side].connection})`;
  if (error instanceof MigrationError)
    return new MigrationError(error.code, `${secret}: ${error.message}`, { cause: error });
  const words = `${sides.asset.id}: ${secret} can't be reached: ${wordsOf(error)}`;
  return new Error(words, { cause: error });
};

/** An address with several numbers fails with an error for each, and without a message of its own. */
const wordsOf = (error: unknown): string => {
  const { message, errors, code } = error as Readonly<Record<string, unknown>>;
  if (typeof message === 'string' && message !== '') return message;
  return Array.isArray(errors) && errors.length > 0 ? errors.map(wordsOf).join('; ') : String(code);
};
