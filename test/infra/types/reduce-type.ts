import type { Fields, ObjectShape, Shape } from '../bicep/shape';
import type { Definition, FoundType, Property } from './type-definitions';
import { newUsage, type Usage } from './usage';

const REQUIRED = 1;
const READ_ONLY = 2;

/**
 * A type reduced to the properties that are used or required. `unknown` hears of every used property that the type does not
 * have, by its path.
 */
export const reduceType = (
  type: FoundType,
  usage: Usage,
  name: string,
  unknown: (path: string) => void,
): Shape => {
  const reduce = (definition: Definition, used: Usage, path: string): Shape => {
    switch (definition.$type) {
      case 'StringType':
        return 'string';
      case 'IntegerType':
        return 'int';
      case 'BooleanType':
        return 'bool';
      case 'StringLiteralType':
        return { enum: [definition.value] };
      case 'UnionType':
        return union(definition.elements.map(type.follow));
      case 'ArrayType':
        return { array: reduce(type.follow(definition.itemType), used, `${path}[]`) };
      case 'ObjectType':
        return objectShape(definition, used, path);
      case 'DiscriminatedObjectType':
        return kinds(definition, used, path);
      default:
        return 'any';
    }
  };

  const fieldsOf = (
    properties: Readonly<Record<string, Property>>,
    used: Usage,
    path: string,
  ): ObjectShape => {
    const wanted = Object.entries(properties).filter(
      ([key, { flags }]) => used.fields.has(key) || ((flags & REQUIRED) !== 0 && (flags & READ_ONLY) === 0),
    );
    const writable = wanted.filter(([, { flags }]) => (flags & READ_ONLY) === 0 || (flags & REQUIRED) !== 0);
    const readOnly = wanted.filter((entry) => !writable.includes(entry)).map(([key]) => key);
    const required = writable.filter(([, { flags }]) => (flags & REQUIRED) !== 0).map(([key]) => key);
    const fields: Fields = Object.fromEntries(
      writable.map(([key, property]) => [
        key,
        reduce(type.follow(property.type), used.fields.get(key) ?? newUsage(), `${path}.${key}`),
      ]),
    );
    return {
      fields,
      ...(required.length > 0 ? { required } : {}),
      ...(readOnly.length > 0 ? { readOnly } : {}),
    };
  };

  const objectShape = (
    definition: Extract<Definition, { $type: 'ObjectType' }>,
    used: Usage,
    path: string,
  ): ObjectShape => {
    const { properties, additionalProperties } = definition;
    // Where an object with names of its own takes any others besides, one that is not listed is a misspelling all the same.
    const isClosed =
      additionalProperties === undefined ||
      (type.follow(additionalProperties).$type === 'AnyType' && Object.keys(properties).length > 0);
    if (isClosed) {
      for (const key of used.fields.keys()) if (properties[key] === undefined) unknown(`${path}.${key}`);
      return fieldsOf(properties, used, path);
    }
    const inner = newUsage();
    for (const [key, field] of used.fields)
      if (properties[key] === undefined) field.fields.forEach((value, name) => inner.fields.set(name, value));
    return {
      ...fieldsOf(properties, used, path),
      others: reduce(type.follow(additionalProperties), inner, `${path}.*`),
    };
  };

  const kinds = (
    definition: Extract<Definition, { $type: 'DiscriminatedObjectType' }>,
    used: Usage,
    path: string,
  ): Shape => {
    const chosen = used.fields.get(definition.discriminator)?.texts ?? new Set<string>();
    const base = fieldsOf(definition.baseProperties, used, path);
    const cases = Object.entries(definition.elements)
      .filter(([kind]) => chosen.has(kind))
      .map(([kind, reference]): [string, ObjectShape] => {
        const element = type.follow(reference);
        if (element.$type !== 'ObjectType') throw new Error(`${path}: a kind that is no object`);
        const own = fieldsOf(element.properties, used, path);
        return [kind, { ...own, required: [...(base.required ?? []), ...(own.required ?? [])] }];
      });
    if (cases.length === 0) unknown(`${path}.${definition.discriminator}`);
    const known = [...Object.keys(base.fields), ...cases.flatMap(([, { fields }]) => Object.keys(fields))];
    if (cases.length > 0)
      for (const key of used.fields.keys()) if (!known.includes(key)) unknown(`${path}.${key}`);
    return { by: definition.discriminator, base: base.fields, cases: Object.fromEntries(cases) };
  };

  const union = (members: readonly Definition[]): Shape => {
    const texts = members.flatMap((member) => (member.$type === 'StringLiteralType' ? [member.value] : []));
    if (texts.length === 0) return 'any';
    return members.some(({ $type }) => $type === 'StringType')
      ? { enum: texts, open: true }
      : { enum: texts };
  };

  return reduce(type.body, usage, name);
};
