const MAX_LENGTH = 100;
const FORBIDDEN = /[/\\?#\u0000-\u001f\u007f-\u009f]/;

/** Why an instance id cannot be used, or null. Azure's storage backends accept no others; its in-memory one does. */
export const instanceIdProblem = (id: string): string | null => {
  if (id.length === 0 || id.length > MAX_LENGTH)
    return `An instance id has 1 to ${MAX_LENGTH} characters; this one has ${id.length}.`;
  if (id.startsWith('@')) return `The instance id '${id}' starts with '@', which is kept for entities.`;
  if (FORBIDDEN.test(id))
    return `The instance id ${JSON.stringify(id)} contains one of / \\ ? # or a control character.`;
  return null;
};
