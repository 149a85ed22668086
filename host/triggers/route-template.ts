import { parseConstraints } from './route-constraints';

/** A route of an HTTP function, compiled. Smaller `precedence` is tried first. */
export interface Route {
  readonly template: string;
  readonly precedence: string;
  /** The same for two routes that match the same paths, whatever their parameters are called. */
  readonly shape: string;
  /** The parameters if the path (percent-decoded segments, without leading slash) matches, else null. */
  match(segments: readonly string[]): Record<string, string> | null;
}

interface Segment {
  readonly pattern: RegExp;
  /** What the segment is without its optional last parameter and the period before that. */
  readonly shorter: RegExp | null;
  readonly names: readonly string[];
  readonly constraints: readonly { readonly name: string; readonly test: (value: string) => boolean }[];
  readonly rank: string;
  readonly isOptional: boolean;
  readonly isCatchAll: boolean;
  readonly defaults: Readonly<Record<string, string>>;
  readonly shape: string;
}

const PARAMETER =
  /\{(\*{0,2})([A-Za-z_]\w*)((?::[^{}():=?]+(?:\((?:[^()]|\([^()]*\))*\))?)*)(?:=([^}?]*))?(\?)?\}/g;

/** Of several parameters in one segment the earlier take as much as they can. */
const PART = '(.+)';

/**
 * Compiles an ASP.NET route template: literals (any case), `{id}`, constraints `{id:int}`, optional `{id?}`, defaults
 * `{id=5}`, catch-all `{*rest}`, an extension that may be absent with its period `{name}.{ext?}`. Throws on what it does not know.
 */
export const compileRoute = (template: string): Route => {
  const segments = template
    .split('/')
    .filter((text) => text !== '')
    .map(compileSegment);
  return {
    template,
    precedence: segments.map(({ rank }) => rank).join(''),
    shape: segments.map(({ shape }) => shape).join('/'),
    match: (path) => matchSegments(segments, path),
  };
};

const compileSegment = (text: string): Segment => {
  const names: string[] = [];
  const constraints: { name: string; test: (value: string) => boolean }[] = [];
  const defaults: Record<string, string> = {};
  let pattern = '';
  let shorter: RegExp | null = null;
  let constraintTexts = '';
  let end = 0;
  let isOptional = false;
  let isCatchAll = false;
  for (const found of text.matchAll(PARAMETER)) {
    const [whole, stars = '', name = '', constraintText = '', preset, question] = found;
    const before = text.slice(end, found.index);
    end = found.index + whole.length;
    if (question !== undefined && whole !== text) {
      if (before !== '.' || names.length === 0 || end < text.length)
        throw new Error(
          `"${whole}" in "${text}" is not understood: what is optional there comes last, after a parameter and a period.`,
        );
      // As in ASP.NET Core, a period is left out with what follows it, or not at all.
      shorter = new RegExp(`^${pattern}(?<!\\.)$`, 'is');
    }
    pattern += escapeRegExp(before) + (stars === '' ? PART : '(.*)');
    names.push(name);
    for (const test of parseConstraints(constraintText)) constraints.push({ name, test });
    constraintTexts += constraintText;
    if (preset !== undefined) defaults[name] = preset;
    isOptional ||= question !== undefined || preset !== undefined;
    isCatchAll ||= stars !== '';
  }
  const rest = text.slice(end);
  if (/[{}]/.test(rest)) throw new Error(`Route segment "${text}" is not understood.`);
  pattern += escapeRegExp(rest);
  const isAbsentable = isOptional && names.length === 1;
  return {
    pattern: new RegExp(`^${pattern}$`, 'is'),
    shorter,
    names,
    constraints,
    defaults,
    isOptional: isAbsentable,
    isCatchAll,
    shape: `${pattern.toLowerCase()}${constraintTexts}${isAbsentable || shorter !== null ? '?' : ''}`,
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
    const found = segment.pattern.exec(value) ?? segment.shorter?.exec(value);
    if (found === null || found === undefined) return null;
    const values = found.slice(1);
    segment.names.slice(0, values.length).forEach((name, at) => (params[name] = values[at] ?? ''));
    if (segment.constraints.some(({ name, test }) => name in params && !test(params[name] ?? '')))
      return null;
    if (segment.isCatchAll) return params;
  }
  return path.length <= segments.length ? params : null;
};

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
