const connections = new WeakMap<object, string>();

/**
 * Remembers at which connection something failed. Beside the error, not in it: it stays what it is for whoever reads its code, and a
 * connection string, which holds a password, is no part of what is logged.
 */
export function blameConnection(error: unknown, connectionString: string): void {
  if (typeof error === 'object' && error !== null) connections.set(error, connectionString);
}

/** The connection string that could not be connected to, or that `pg_dump` failed with; null for every other error. */
export const blamedConnection = (error: unknown): string | null =>
  typeof error === 'object' && error !== null ? (connections.get(error) ?? null) : null;
