const MAX_LENGTH = 100;
const FORBIDDEN = /[/\\?#\u0000-\u001f\u007f-\u009f]/;

/** Why an instance id cannot be used, or null. Azure's storage backends accept no others; its in-memory one does. */
export const instanceIdProblem = (id: string): string | null => {
  if (id.startsWith('@')) return `The instance id '${id}' starts with '@', which is kept for entities.`;
  return idProblem('The instance id', id, MAX_LENGTH);
};

/** Why a text cannot be part of an address, or null. `what` names it: "The instance id". */
export const idProblem = (what: string, text: string, maxLength: number): string | null => {
  if (text.length === 0 || text.length > maxLength)
    return `${what} has 1 to ${maxLength} characters; this one has ${text.length}.`;
  // Stored, every half of a pair would become the same character, and one id another's.
  if (!text.isWellFormed()) return `${what} ${JSON.stringify(text)} is no well-formed Unicode.`;
  return FORBIDDEN.test(text)
    ? `${what} ${JSON.stringify(text)} contains one of / \\ ? # or a control character.`
    : null;
};
