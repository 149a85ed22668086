import type { z } from 'zod';
import type { FieldProblem } from '../../../shared/contracts/problem';
import { passed, problem, refused, type Checked } from './reply';

const SHOWN_PROBLEMS = 20;
const SHOWN_CHARACTERS = 100;
const SECRET_FIELDS = new Set(['token', 'csrf', 'link']);

/**
 * Checks input against a schema, unknown fields included: a misspelt option must not silently be its default. Answers 400 with
 * the path, the value shortened and what would be right. `place` is put before the path (`path.`, `query.`, empty for the body).
 */
export function checkInput<T>(schema: z.ZodType<T>, input: unknown, place: string): Checked<T> {
  const result = schema.safeParse(input);
  const errors = result.success
    ? unknownFields(input, result.data, []).map((path) => describe(input, path, place, 'no such field'))
    : result.error.issues.map((issue) => describe(input, issue.path, place, expectation(issue)));
  if (result.success && errors.length === 0) return passed(result.data);
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  const detail = `${first?.field ?? 'The request'}: ${first?.expected ?? 'is not as it must be'}${more}`;
  return refused(problem(400, 'invalid-input', detail, { errors: errors.slice(0, SHOWN_PROBLEMS) }));
}

/** A list offers its choices and an unknown key is named, unless its schema has words of its own; every other issue says what was expected. */
function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys' && issue.message.startsWith('Unrecognized key')) {
    return `no such field: ${issue.keys.join(', ').slice(0, SHOWN_CHARACTERS)}`;
  }
  return issue.message;
}

function describe(
  input: unknown,
  path: readonly PropertyKey[],
  place: string,
  expected: string,
): FieldProblem {
  const field = path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}${text && '.'}${String(key)}`),
    '',
  );
  const name = `${place}${field}`.slice(0, 200) || 'body';
  return { field: name, value: showValue(input, path), expected: expected.slice(0, 500) };
}

function showValue(input: unknown, path: readonly PropertyKey[]): string {
  if (path.some((key) => SECRET_FIELDS.has(String(key)))) return 'hidden';
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return 'absent';
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  const text = JSON.stringify(value) ?? 'absent';
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}

/** Paths of fields that the schema left out of its result. */
function unknownFields(
  input: unknown,
  parsed: unknown,
  path: readonly PropertyKey[],
): (readonly PropertyKey[])[] {
  if (typeof input !== 'object' || input === null || typeof parsed !== 'object' || parsed === null) return [];
  const known = parsed as Record<string, unknown>;
  return Object.entries(input).flatMap(([key, value]) => {
    const inner = [...path, Array.isArray(input) ? Number(key) : key];
    return Object.hasOwn(known, key) ? unknownFields(value, known[key], inner) : [inner];
  });
}
