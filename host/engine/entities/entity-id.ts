const MAX_LENGTH = 512;
const FORBIDDEN = /[/\\?#\u0000-\u001f\u007f-\u009f]/;

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
export const entityKeyProblem = (key: string): string | null => {
  if (key.length === 0 || key.length > MAX_LENGTH)
    return `An entity's key has 1 to ${MAX_LENGTH} characters; this one has ${key.length}.`;
  return FORBIDDEN.test(key)
    ? `The entity key ${JSON.stringify(key)} contains one of / \\ ? # or a control character.`
    : null;
};
