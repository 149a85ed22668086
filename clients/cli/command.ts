import type { ApiClient } from './api-client';
import { usageError } from './cli-error';

export interface Options {
  readonly [name: string]: string | boolean | readonly string[] | undefined;
}

/** What a command works with. */
export interface Invocation {
  readonly api: () => ApiClient;
  /** As the host's administrator: needs the data folder. */
  readonly adminApi: () => ApiClient;
  readonly operands: readonly string[];
  readonly options: Options;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Tells people how far it is, a line at a time, beside what is printed in the end. */
  readonly tell: (line: string) => void;
}

export interface Command {
  /** Words that select it, such as `waves start`. */
  readonly name: string;
  readonly operands: string;
  readonly summary: string;
  run(invocation: Invocation): Promise<Shown>;
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly object[];
  /** Prose too long for a column: printed whole below each row that has it, on a line of its own or, of a list, one each. */
  readonly below?: string;
}

/** What is said under a name each, line by line; what is empty is left out. */
export interface Facts {
  readonly facts: readonly (readonly [name: string, said: string | readonly string[]])[];
}

/** A table or facts with a line above that says what they show. */
export type Part = (Table | Facts) & { readonly title: string };

/** A command's result: rows for people, the service's own JSON for programs. */
export type Shown =
  | ({ readonly kind: 'rows' } & Table)
  | { readonly kind: 'item'; readonly item: object }
  /** For people its parts, one below the other. */
  | { readonly kind: 'parts'; readonly item: object; readonly parts: readonly Part[] }
  | { readonly kind: 'text'; readonly text: string };

export function operand({ operands }: Invocation, index: number, what: string): string {
  const value = operands[index];
  if (value === undefined || value === '') throw usageError(`${what} is missing`);
  return value;
}

export function required({ options }: Invocation, name: string): string {
  const value = options[name];
  if (typeof value !== 'string' || value === '') throw usageError(`--${name} is missing`);
  return value;
}

export const optional = ({ options }: Invocation, name: string): string | undefined => {
  const value = options[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

export const segment = (text: string): string => encodeURIComponent(text);
