import type { ParameterDefinition, ParameterValue, TemplateBody } from '../contracts/template';
import { canonicalJson } from './canonical-json';

export interface ParameterProblem {
  /** Name of the parameter at fault. */
  readonly parameter: string;
  readonly problem: string;
}

/** The parameter Causeway fills in: every resource that carries it is known as its own. */
export const TAGS_PARAMETER = 'tags';

const JSON_TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  int: (value) => Number.isSafeInteger(value),
  bool: (value) => typeof value === 'boolean',
  array: (value) => Array.isArray(value),
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

const isSecure = (type: string): boolean => type.toLowerCase().startsWith('secure');

const problemOf = (definition: ParameterDefinition, given: ParameterValue): string | null => {
  if ('reference' in given) return null;
  const { value } = given;
  const type = definition.type.toLowerCase();
  if (isSecure(type)) return 'is a secret: refer to where a key vault keeps it, {"reference":{…}}';
  if (JSON_TYPES[type]?.(value) === false) return `must be of type ${type}`;
  const { allowedValues, minValue, maxValue, minLength, maxLength } = definition;
  const isAllowed = allowedValues?.some((allowed) => canonicalJson(allowed) === canonicalJson(value)) ?? true;
  if (!isAllowed) return `must be one of ${canonicalJson(allowedValues)}`;
  if (typeof value === 'number' && (value < (minValue ?? value) || value > (maxValue ?? value)))
    return `must be between ${minValue ?? '-∞'} and ${maxValue ?? '∞'}`;
  if (typeof value !== 'string' && !Array.isArray(value)) return null;
  const { length } = value;
  return length < (minLength ?? length) || length > (maxLength ?? length)
    ? `must have a length between ${minLength ?? 0} and ${maxLength ?? '∞'}`
    : null;
};

/** Null where the values fit what the template asks for. Azure checks more; this is told at once. */
export const parameterProblem = (
  template: TemplateBody,
  given: Readonly<Record<string, ParameterValue>>,
): ParameterProblem | null => {
  for (const [parameter, value] of Object.entries(given)) {
    const definition = template.parameters[parameter];
    if (!definition) return { parameter, problem: 'is no parameter of the template' };
    if (parameter === TAGS_PARAMETER) return { parameter, problem: 'is filled in by Causeway' };
    const problem = problemOf(definition, value);
    if (problem !== null) return { parameter, problem };
  }
  const missing = Object.entries(template.parameters).find(
    ([name, { defaultValue }]) => defaultValue === undefined && name !== TAGS_PARAMETER && !(name in given),
  );
  return missing ? { parameter: missing[0], problem: 'is missing and has no default' } : null;
};

/** Why a template cannot be taken in; null where it can. */
export const templateProblem = ({ parameters }: TemplateBody): string | null => {
  const tags = parameters[TAGS_PARAMETER];
  if (tags?.type.toLowerCase() !== 'object')
    return `must declare an object parameter named ${TAGS_PARAMETER} and give it to its resources`;
  const leaking = Object.entries(parameters).find(
    ([, { type, defaultValue }]) => isSecure(type) && defaultValue !== undefined && defaultValue !== '',
  );
  return leaking ? `must not hold a default for the secret ${leaking[0]}` : null;
};

/** Names of the parameters whose values differ, in order: what test and production do not have in common (R72 R90). */
export const differingParameters = (
  a: Readonly<Record<string, ParameterValue>>,
  b: Readonly<Record<string, ParameterValue>>,
): string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((name) => canonicalJson(a[name] ?? null) !== canonicalJson(b[name] ?? null))
    .sort();
