import fc from 'fast-check';
import { openApi } from './openapi-validator';

interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** What no field wants: wrong kinds, huge, hostile. */
const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    '',
    ' ',
    0,
    -1,
    0.5,
    1e308,
    Number.MAX_SAFE_INTEGER + 1,
    [],
    {},
    [[[[[]]]]],
    '../../etc/passwd',
    '\u0000',
    '\ud800',
    '<script>alert(1)</script>',
    "'; DROP TABLE documents; --",
    'x'.repeat(50_000),
    '9'.repeat(400),
    { constructor: { prototype: { admin: true } } },
    JSON.parse('{"__proto__":{"admin":true}}'),
    JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`),
  ),
  fc.string({ unit: 'binary', maxLength: 50 }),
  fc.json().map((text) => JSON.parse(text) as unknown),
  fc.double(),
);

const resolve = (schema: JsonSchema): JsonSchema => {
  if (schema.$ref === undefined) return schema;
  const name = schema.$ref.replace('#/components/schemas/', '');
  return openApi.components.schemas[name] as JsonSchema;
};

/** Values that look like the schema, with something hostile in the place of about one field in `oneIn`. */
export function arbitraryOf(reference: JsonSchema, oneIn: number): fc.Arbitrary<unknown> {
  const schema = resolve(reference);
  // A schema that contains itself stands for JSON of any kind.
  if (reference.$ref !== undefined && JSON.stringify(schema).includes(`"${reference.$ref}"`))
    return fc.jsonValue();
  const fitting = fittingOf(schema, oneIn);
  return fc.oneof({ arbitrary: fitting, weight: oneIn - 1 }, { arbitrary: hostile, weight: 1 });
}

function fittingOf(schema: JsonSchema, oneIn: number): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const options = schema.anyOf ?? schema.oneOf;
  if (options !== undefined) return fc.oneof(...options.map((option) => arbitraryOf(option, oneIn)));
  switch (schema.type) {
    case 'object':
      return objectOf(schema, oneIn);
    case 'array': {
      const { minItems: minLength = 0, maxItems = 3 } = schema;
      const maxLength = Math.max(minLength, Math.min(maxItems, 3));
      return fc.array(arbitraryOf(schema.items ?? {}, oneIn), { minLength, maxLength });
    }
    case 'string':
      return stringOf(schema);
    case 'integer':
      return fc.integer(range(schema));
    case 'number':
      return fc.double({ ...range(schema), noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.jsonValue();
  }
}

const range = ({ minimum: min = 0, maximum = 1_000_000 }: JsonSchema) => ({
  min,
  max: Math.max(min, Math.min(maximum, 2_147_483_647)),
});

function objectOf({ properties = {}, required = [] }: JsonSchema, oneIn: number): fc.Arbitrary<unknown> {
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, arbitraryOf(schema, oneIn)]),
  );
  const known = fc.record(fields, { requiredKeys: required.filter((name) => name in fields) });
  const stranger = fc
    .tuple(known, fc.string(), hostile)
    .map(([object, name, value]) => ({ ...object, [name]: value }));
  return fc.oneof({ arbitrary: known, weight: 4 * oneIn }, { arbitrary: stranger, weight: 1 });
}

/** Few patterns stand in many fields, and taking one apart costs more than all the texts drawn from it. */
const textsLike = new Map<string, fc.Arbitrary<string>>();

function textLike(pattern: string): fc.Arbitrary<string> {
  const texts = textsLike.get(pattern) ?? fc.stringMatching(new RegExp(pattern), { size: 'small' });
  textsLike.set(pattern, texts);
  return texts;
}

function stringOf({ pattern, format, minLength = 0, maxLength = 100 }: JsonSchema): fc.Arbitrary<string> {
  if (format === 'date-time') {
    return fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') })
      .map((date) => date.toISOString());
  }
  if (format === 'uri') return fc.webUrl();
  // The generator knows no lookahead; the one pattern that has it is a container's name.
  if (pattern?.includes('(?=') === true) return fc.constantFrom('shop-files', 'backup', 'a--b');
  // A pattern that only forbids control characters is met by plain letters.
  if (pattern !== undefined && !pattern.includes('u0000')) {
    return textLike(pattern);
  }
  return fc.string({ minLength: Math.max(1, minLength), maxLength: Math.min(maxLength, 100) });
}
