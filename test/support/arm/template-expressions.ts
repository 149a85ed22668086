// Evaluates the few template functions that the templates of Causeway use. It does not prove that Azure evaluates a template so: its
// language has many more functions, and checks of its own.
import { createHash } from 'node:crypto';

export interface Scope {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly location: string;
}

export class InvalidTemplate extends Error {}

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const resourceId = (scope: Scope, type: string, names: readonly string[]): string => {
  const [namespace = '', ...types] = type.split('/');
  const pairs = types.map((kind, index) => `${kind}/${names[index] ?? ''}`).join('/');
  return `/subscriptions/${scope.subscriptionId}/resourceGroups/${scope.resourceGroup}/providers/${namespace}/${pairs}`;
};

const FUNCTIONS: Readonly<Record<string, (scope: Scope, args: readonly unknown[]) => unknown>> = {
  parameters: ({ parameters }, [name]) => parameters[text(name)],
  variables: (scope, [name]) => evaluate(scope.variables[text(name)], scope),
  resourcegroup: (scope) => ({
    id: `/subscriptions/${scope.subscriptionId}/resourceGroups/${scope.resourceGroup}`,
    name: scope.resourceGroup,
    location: scope.location,
  }),
  subscription: ({ subscriptionId }) => ({ subscriptionId }),
  resourceid: (scope, [type, ...names]) => resourceId(scope, text(type), names.map(text)),
  // What a resource will be is known once it is there; its id is enough for outputs.
  reference: (_scope, [id]) => ({ id: text(id), primaryEndpoints: { file: `https://${text(id)}` } }),
  concat: (_scope, args) => args.map(text).join(''),
  format: (_scope, [pattern, ...args]) =>
    text(pattern).replace(/\{(\d+)\}/g, (_match, index: string) => text(args[Number(index)])),
  tolower: (_scope, [value]) => text(value).toLowerCase(),
  take: (_scope, [value, count]) => text(value).slice(0, Number(count)),
  uniquestring: (_scope, args) =>
    createHash('sha256').update(args.map(text).join()).digest('hex').slice(0, 13),
  union: (_scope, args) => Object.assign({}, ...args) as unknown,
  equals: (_scope, [a, b]) => JSON.stringify(a) === JSON.stringify(b),
  if: (_scope, [condition, yes, no]) => (condition === true ? yes : no),
  empty: (_scope, [value]) =>
    value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0),
  createarray: (_scope, args) => args,
  createobject: (_scope, args) =>
    Object.fromEntries(
      args.flatMap((name, index) => (index % 2 === 0 ? [[text(name), args[index + 1]]] : [])),
    ),
  json: (_scope, [value]) => JSON.parse(text(value)) as unknown,
};

/** A value of a template with every expression in it replaced by what it stands for. */
export const evaluate = (value: unknown, scope: Scope): unknown => {
  if (typeof value === 'string') {
    if (value.startsWith('[[')) return value.slice(1);
    if (value.startsWith('[') && value.endsWith(']'))
      return new Expression(value.slice(1, -1), scope).value();
    return value;
  }
  if (Array.isArray(value)) return value.map((item) => evaluate(item, scope));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, evaluate(member, scope)]));
};

class Expression {
  #at = 0;

  constructor(
    private readonly source: string,
    private readonly scope: Scope,
  ) {}

  value(): unknown {
    const value = this.#term();
    if (this.#at < this.source.length) throw new InvalidTemplate(`unexpected end of ${this.source}`);
    return value;
  }

  #match(pattern: RegExp): string | null {
    const found = new RegExp(`^\\s*(${pattern.source})\\s*`).exec(this.source.slice(this.#at));
    if (!found) return null;
    this.#at += found[0].length;
    return found[1] ?? '';
  }

  #term(): unknown {
    const literal = this.#match(/'(?:[^']|'')*'/);
    if (literal !== null) return literal.slice(1, -1).replaceAll("''", "'");
    const number = this.#match(/-?\d+/);
    if (number !== null) return Number(number);
    const name = this.#match(/[A-Za-z]\w*/);
    if (name === null) throw new InvalidTemplate(`cannot read ${this.source.slice(this.#at)}`);
    if (name === 'true' || name === 'false') return name === 'true';
    return this.#members(this.#call(name));
  }

  #call(name: string): unknown {
    if (this.#match(/\(/) === null) throw new InvalidTemplate(`${name} is no function call`);
    const args: unknown[] = [];
    while (this.#match(/\)/) === null) {
      args.push(this.#term());
      this.#match(/,/);
    }
    const known = FUNCTIONS[name.toLowerCase()];
    if (!known) throw new InvalidTemplate(`The template function '${name}' is not known here.`);
    return known(this.scope, args);
  }

  #members(of: unknown): unknown {
    let value = of;
    for (let name = this.#match(/\.\w+/); name !== null; name = this.#match(/\.\w+/))
      value = (value as Record<string, unknown> | null)?.[name.slice(1)];
    return value;
  }
}
