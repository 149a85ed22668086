import { ENTRA_PREFIX } from '../contracts/principal';

/**
 * Whether two names are one person's. Names of Entra accounts are made of GUIDs, which people may write in either case (RFC 9562); of
 * all others every letter counts.
 */
export const isSamePerson = (a: string, b: string): boolean => {
  if (a === b) return true;
  const name = a.toLowerCase();
  return name.startsWith(ENTRA_PREFIX) && name === b.toLowerCase();
};
