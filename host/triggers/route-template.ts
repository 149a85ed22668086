/** A route of an HTTP function, compiled. Smaller `precedence` is tried first. */
export interface Route {
  readonly template: string;
  readonly precedence: string;
  /** The parameters if the path (percent-decoded segments, without leading slash) matches, else null. */
  match(segments: readonly string[]): Record<string, string> | null;
}

interface Segment {
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly constraints: readonly { readonly name: string; readonly test: (value: string) => boolean }[];
  readonly rank: string;
  readonly isOptional: boolean;
  readonly isCatchAll: boolean;
  readonly defaults: Readonly<Record<string, string>>;
}

const PARAMETER =
  /\{(\*{0,2})([A-Za-z_]\w*)((?::[^{}():=?]+(?:\((?:[^()]|\([^()]*\))*\))?)*)(?:=([^}?]*))?(\?)?\}/g;

/** Of several parameters in one segment the earlier take as much as they can. */
const PART = '(.+)';

/**
 * Compiles an ASP.NET route template: literals (any case), `{id}`, constraints `{id:int}`, optional `{id?}`, defaults
 * `{id=5}`, catch-all `{*rest}`. Throws on a constraint it does not know.
 */
export const compileRoute = (template: string): Route => {
  const segments = template
    .split('/')
    .filter((text) => text !== '')
    .map(compileSegment);
  return {
    template,
    precedence: segments.map(({ rank }) => rank).join(''),
    match: (path) => matchSegments(segments, path),
  };
};

const compileSegment = (text: string): Segment => {
  const names: string[] = [];
  const constraints: { name: string; test: (value: string) => boolean }[] = [];
  const defaults: Record<string, string> = {};
  let pattern = '';
  let end = 0;
  let isOptional = false;
  let isCatchAll = false;
  for (const found of text.matchAll(PARAMETER)) {
    const [whole, stars = '', name = '', constraintText = '', preset, question] = found;
    pattern += escapeRegExp(text.slice(end, found.index)) + (stars === '' ? PART : '(.*)');
    end = found.index + whole.length;
    names.push(name);
    for (const test of parseConstraints(constraintText)) constraints.push({ name, test });
    if (preset !== undefined) defaults[name] = preset;
    isOptional ||= question !== undefined || preset !== undefined;
    isCatchAll ||= stars !== '';
  }
  const rest = text.slice(end);
  if (/[{}]/.test(rest)) throw new Error(`Route segment "${text}" is not understood.`);
  pattern += escapeRegExp(rest);
  return {
    pattern: new RegExp(`^${pattern}$`, 'is'),
    names,
    constraints,
    defaults,
    isOptional: isOptional && names.length === 1,
    isCatchAll,
    rank: isCatchAll
      ? '5'
      : names.length === 0
        ? '1'
        : pattern !== PART
          ? '2'
          : constraints.length > 0
            ? '3'
            : '4',
  };
};

const matchSegments = (
  segments: readonly Segment[],
  path: readonly string[],
): Record<string, string> | null => {
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const value = segment.isCatchAll ? path.slice(index).join('/') : path[index];
    if (value === undefined || (segment.isCatchAll && value === '')) {
      if (!segment.isOptional && !segment.isCatchAll) return null;
      Object.assign(params, segment.defaults);
      continue;
    }
    const found = segment.pattern.exec(value);
    if (found === null) return null;
    segment.names.forEach((name, at) => (params[name] = found[at + 1] ?? ''));
    if (segment.constraints.some(({ name, test }) => !test(params[name] ?? ''))) return null;
    if (segment.isCatchAll) return params;
  }
  return path.length <= segments.length ? params : null;
};

const parseConstraints = (text: string): ((value: string) => boolean)[] =>
  [...text.matchAll(/:([^():]+)(?:\(((?:[^()]|\([^()]*\))*)\))?/g)].map(([, name = '', argument = '']) => {
    const make = CONSTRAINTS[name.toLowerCase()];
    if (make === undefined) throw new Error(`Route constraint "${name}" is not known.`);
    return make(argument);
  });

const INTEGER = /^-?\d+$/;
const DECIMAL = /^-?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/;
const matches = (pattern: RegExp) => () => (value: string) => pattern.test(value);
const numbers = (argument: string): [number, number] => {
  const [low = 0, high = low] = argument.split(',').map(Number);
  return [low, high];
};

const CONSTRAINTS: Readonly<Record<string, (argument: string) => (value: string) => boolean>> = {
  int: () => (value) => INTEGER.test(value) && Math.abs(Number(value)) <= 2_147_483_647,
  long: matches(INTEGER),
  decimal: matches(DECIMAL),
  double: matches(DECIMAL),
  float: matches(DECIMAL),
  bool: matches(/^(true|false)$/i),
  guid: matches(/^[{(]?[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}[)}]?$/i),
  alpha: matches(/^[a-z]+$/i),
  datetime: () => (value) => !Number.isNaN(Date.parse(value)),
  required: () => (value) => value !== '',
  min: (argument) => (value) => INTEGER.test(value) && Number(value) >= Number(argument),
  max: (argument) => (value) => INTEGER.test(value) && Number(value) <= Number(argument),
  range: (argument) => (value) =>
    INTEGER.test(value) && Number(value) >= numbers(argument)[0] && Number(value) <= numbers(argument)[1],
  length: (argument) => (value) =>
    value.length >= numbers(argument)[0] && value.length <= numbers(argument)[1],
  minlength: (argument) => (value) => value.length >= Number(argument),
  maxlength: (argument) => (value) => value.length <= Number(argument),
  // Braces are doubled in a template.
  regex: (argument) =>
    matches(
      new RegExp(
        argument.replace(/\{\{|\}\}/g, ([brace = '']) => brace),
        'i',
      ),
    )(),
  file: matches(/\.[^.]+$/),
  nonfile: () => (value) => !/\.[^.]+$/.test(value),
};

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
