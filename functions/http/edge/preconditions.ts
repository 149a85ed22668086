import { passed, problem, refused, type Checked } from './reply';

/** What the client says about the document it means to write. */
export type Condition =
  | { readonly kind: 'none' }
  /** `If-None-Match: *`: there must be no such document. */
  | { readonly kind: 'absent' }
  /** `If-Match: "…"`: it must still have this version. */
  | { readonly kind: 'version'; readonly version: string };

const ETAG = /^"([\x21\x23-\x7e]{1,200})"$/;

export const etag = (version: string): string => `"${version}"`;

/** Whether the client made the write depend on a version: then a conflict is a failed precondition. */
export const isConditional = (headers: Headers): boolean =>
  headers.has('if-match') || headers.has('if-none-match');

/** Reads the conditional headers; refuses their absence where the operation needs them (428). */
export function readCondition(headers: Headers, needs: 'replace' | 'put' | undefined): Checked<Condition> {
  const ifMatch = headers.get('if-match');
  const ifNoneMatch = headers.get('if-none-match');
  if (needs === undefined) return passed({ kind: 'none' });
  if (ifMatch !== null && ifNoneMatch !== null) {
    return invalid('header.if-match', ifMatch, 'one of If-Match and If-None-Match, not both');
  }
  if (ifMatch !== null) {
    const version = ETAG.exec(ifMatch.trim())?.[1];
    if (version === undefined)
      return invalid('header.if-match', ifMatch, 'one ETag as a read gave it, in quotes');
    return passed({ kind: 'version', version });
  }
  if (ifNoneMatch !== null && needs === 'put') {
    if (ifNoneMatch.trim() === '*') return passed({ kind: 'absent' });
    return invalid('header.if-none-match', ifNoneMatch, '*');
  }
  const or = needs === 'put' ? ', or If-None-Match: * to create it' : '';
  return refused(
    problem(428, 'precondition-required', `Say which version you read: If-Match with its ETag${or}.`),
  );
}

const invalid = (field: string, value: string, expected: string) =>
  refused(
    problem(400, 'invalid-input', `${field} is not as it must be: ${expected}.`, {
      errors: [{ field, value: JSON.stringify(value.slice(0, 100)), expected }],
    }),
  );
