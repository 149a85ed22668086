/** Asks for the code alone: an error of Node's own modules need not be an `Error` of this realm. */
export const isMissingFile = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
