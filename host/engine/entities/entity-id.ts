import { idProblem } from '../instance-id';

const MAX_LENGTH = 512;

export interface EntityName {
  /** Without regard to case: lower case. */
  readonly name: string;
  readonly key: string;
}

/** `@name@key`, under which entities are stored and sent to. */
export const entityId = (name: string, key: string): string => `@${name.toLowerCase()}@${key}`;

export const entityName = (id: string): EntityName => {
  const at = id.indexOf('@', 1);
  return { name: id.slice(1, at).toLowerCase(), key: id.slice(at + 1) };
};

/** Why a key cannot be used, or null. */
export const entityKeyProblem = (key: string): string | null => idProblem('The entity key', key, MAX_LENGTH);
