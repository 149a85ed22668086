import type { z } from 'zod';
import { checkInput } from './check-input';
import { passed, problem, refused, type Checked } from './reply';
import type { Consumes } from './route';

const DEPTH_LIMIT = 32;

/** A body as it was received: its text, or its fields and files; `digest` says of a repetition that it is one. */
export interface Received {
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>> | null;
  readonly digest: string;
}

/** Parses and checks a body against its schema; a form's repeated field keeps its last value. */
export function parseBody(
  { text, fields }: Received,
  consumes: Consumes,
  schema: z.ZodType,
): Checked<unknown> {
  if (fields !== null) return checkInput(schema, fields, '');
  if (consumes === 'form') return checkInput(schema, Object.fromEntries(new URLSearchParams(text)), '');
  const parsed = parseJson(text);
  if (!parsed.ok) return parsed;
  const hostile = findHostile(parsed.value);
  if (hostile !== null) return refused(problem(400, 'invalid-input', hostile));
  return checkInput(schema, parsed.value, '');
}

function parseJson(text: string): Checked<unknown> {
  try {
    return passed(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/\s+/g, ' ').slice(0, 150) : 'unreadable';
    return refused(problem(400, 'invalid-input', `The body is not JSON: ${reason}.`));
  }
}

/** What no schema should have to meet: deep nesting, `__proto__`, text with half a character. Walks without recursion. */
function findHostile(root: unknown): string | null {
  const rest: { value: unknown; depth: number }[] = [{ value: root, depth: 0 }];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const { value, depth } = next;
    if (typeof value === 'string' && !value.isWellFormed()) return 'A text contains half a character.';
    if (typeof value !== 'object' || value === null) continue;
    if (depth === DEPTH_LIMIT) return `The body is nested more than ${DEPTH_LIMIT} levels deep.`;
    for (const [key, inner] of Object.entries(value)) {
      if (key === '__proto__') return 'No field is called __proto__.';
      if (!key.isWellFormed()) return 'A field name contains half a character.';
      rest.push({ value: inner, depth: depth + 1 });
    }
  }
  return null;
}
