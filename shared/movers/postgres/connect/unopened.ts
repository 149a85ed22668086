const connections = new WeakMap<object, string>();

/** Remembers which connection it was that could not be opened. The error stays what it is: who reads its code goes on to. */
export function markUnopened(error: unknown, connectionString: string): void {
  if (typeof error === 'object' && error !== null) connections.set(error, connectionString);
}

/** The connection string of the connection that this error kept from being opened; null for every other error. */
export const unopenedBy = (error: unknown): string | null =>
  typeof error === 'object' && error !== null ? (connections.get(error) ?? null) : null;
