import type { Cutover } from '../../shared/contracts/cutover';
import { usageError } from './cli-error';

export type Limits = Readonly<Record<string, unknown>>;

/** The limits of every asset, whatever its kind. */
export const limitsOf = ({
  limits,
  databaseLimits,
}: Pick<Cutover, 'limits' | 'databaseLimits'>): Readonly<Record<string, Limits>> => ({
  ...limits,
  ...databaseLimits,
});

/** `name=value …`, as limits are typed to change them. */
export const assignments = (values: object): string =>
  Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');

/** Limits of `name=value`: numbers, true, false, null and other JSON as what they are, anything else as text. */
export const readLimits = (assignments: readonly string[]): Limits =>
  Object.fromEntries(
    assignments.map((assignment) => {
      const [, name, value] = /^([^=]+)=(.+)$/s.exec(assignment) ?? [];
      if (name === undefined || value === undefined)
        throw usageError(`a limit is given as name=value, not as ${assignment}`);
      return [name, jsonOrText(value)];
    }),
  );

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
