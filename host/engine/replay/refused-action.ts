import { messageOf } from '../failures';

/** An action that this host cannot carry out; the instance fails with this message. */
export class RefusedActionError extends Error {
  override name = 'RefusedActionError';
}

/** JSON text of a value; what JSON has no word for is null. Throws RefusedActionError on a BigInt or a cycle. */
export const json = (value: unknown): string => {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch (error) {
    throw new RefusedActionError(`a value is no JSON: ${messageOf(error)}`, { cause: error });
  }
};
