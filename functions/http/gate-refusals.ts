import { problem, type Reply } from './edge/reply';

const STATUS: Readonly<Record<string, number>> = {
  'choice-unknown': 400,
  'evidence-missing': 400,
  'role-missing': 403,
  'own-request': 403,
  'not-the-owner': 403,
};

/** Fields at fault, for the refusals that come from one. */
const FIELD: Readonly<Record<string, string>> = {
  'choice-unknown': 'choice',
  'evidence-missing': 'evidence',
  'plan-changed': 'planHash',
};

/** A refused answer as a problem: what the caller may not is 403, what has come otherwise meanwhile 409. */
export function refusedAnswer({ code, reason }: { readonly code: string; readonly reason: string }): Reply {
  const field = FIELD[code];
  const errors = field === undefined ? {} : { errors: [{ field, value: 'as sent', expected: reason }] };
  return problem(STATUS[code] ?? 409, code, reason, errors);
}
