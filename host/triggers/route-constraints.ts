/** What `:int:min(3)` of a route's parameter asks of its value, one test a constraint. Throws on one it does not know. */
export const parseConstraints = (text: string): ((value: string) => boolean)[] =>
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
