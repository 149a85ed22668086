import { finding, namedChildren, type Finding, type Node } from './parse-bicep';
import { literalOf, propertiesOf, type Template } from './template';

/** What a resource type takes, reduced to what the templates use and what is required. */
export type Shape =
  | 'any'
  | 'string'
  | 'int'
  | 'bool'
  | { readonly enum: readonly string[]; readonly open?: true }
  | { readonly array: Shape }
  | ObjectShape
  | { readonly by: string; readonly base: Fields; readonly cases: Readonly<Record<string, ObjectShape>> };

export type Fields = Readonly<Record<string, Shape>>;

export interface ObjectShape {
  readonly fields: Fields;
  readonly required?: readonly string[];
  /** The service sets them; a template may not. */
  readonly readOnly?: readonly string[];
  /** Of names that are not listed. */
  readonly others?: Shape;
}

/** Values that a node may turn out to be; a call or a reference to a parameter says nothing. */
const possibleValues = (node: Node, template: Template, depth = 0): Node[] => {
  if (node.type === 'ternary_expression')
    return ['consequence', 'alternative'].flatMap((field) => {
      const branch = node.childForFieldName(field);
      return branch === null ? [] : possibleValues(branch, template, depth);
    });
  if (node.type === 'identifier' && depth < 5) {
    const variable = template.variables.find(({ name }) => name === node.text);
    return variable === undefined ? [] : possibleValues(variable.value, template, depth + 1);
  }
  if (node.type === 'parenthesized_expression')
    return namedChildren(node).flatMap((inner) => possibleValues(inner, template, depth));
  return [node];
};

export class ShapeCheck {
  readonly findings: Finding[] = [];

  constructor(private readonly template: Template) {}

  value(node: Node, shape: Shape, path: string): void {
    if (typeof shape !== 'string' && 'enum' in shape) this.allowed(node, shape.enum, path);
    for (const value of possibleValues(node, this.template)) this.literal(value, shape, path);
  }

  /** A parameter with a list of its own may not allow what the type does not. */
  private allowed(node: Node, words: readonly string[], path: string): void {
    const parameter = this.template.parameters.find(
      ({ name }) => node.type === 'identifier' && name === node.text,
    );
    for (const word of parameter?.allowed ?? [])
      if (!words.includes(word))
        this.report(node, `${path} may be '${word}', which is none of ${words.join(', ')}`);
  }

  private literal(node: Node, shape: Shape, path: string): void {
    if (shape === 'any' || node.type === 'null') return;
    switch (node.type) {
      case 'object':
        return this.object(node, shape, path);
      case 'array':
      case 'for_statement':
        return this.items(node, shape, path);
      case 'string':
        return this.text(node, shape, path);
      case 'number':
        return this.expect(shape === 'int', node, path, 'a number', shape);
      case 'boolean':
        return this.expect(shape === 'bool', node, path, 'a truth value', shape);
      default:
        return;
    }
  }

  private expect(holds: boolean, node: Node, path: string, given: string, shape: Shape): void {
    if (!holds) this.report(node, `${path} is ${given} where ${describe(shape)} is expected`);
  }

  private report(node: Node, what: string): void {
    this.findings.push(finding(this.template.file, node, what));
  }

  private text(node: Node, shape: Shape, path: string): void {
    if (shape === 'string') return;
    if (typeof shape === 'string' || !('enum' in shape)) return this.expect(false, node, path, 'text', shape);
    const text = literalOf(node);
    if (text !== null && !shape.enum.includes(text))
      this.report(node, `${path} is '${text}', which is none of ${shape.enum.join(', ')}`);
  }

  private items(node: Node, shape: Shape, path: string): void {
    if (typeof shape === 'string' || !('array' in shape))
      return this.expect(false, node, path, 'a list', shape);
    const body = node.type === 'array' ? namedChildren(node) : [node.childForFieldName('body')];
    for (const item of body) if (item !== null) this.value(item, shape.array, `${path}[]`);
  }

  private object(node: Node, shape: Shape, path: string): void {
    if (typeof shape === 'string') return this.expect(false, node, path, 'an object', shape);
    if ('fields' in shape) return this.fields(node, shape, path);
    if (!('by' in shape)) return this.expect(false, node, path, 'an object', shape);
    const kind = propertiesOf(node).find(({ key }) => key === shape.by);
    const name = kind === undefined ? null : literalOf(kind.value);
    if (kind === undefined) return this.report(node, `${path} lacks ${shape.by}`);
    if (name === null) return;
    const chosen = shape.cases[name];
    if (chosen === undefined) return this.report(kind.value, `${path}.${shape.by}: no such kind: ${name}`);
    this.fields(node, { ...chosen, fields: { ...shape.base, ...chosen.fields } }, path);
  }

  private fields(node: Node, shape: ObjectShape, path: string): void {
    const given = propertiesOf(node);
    for (const { key, value, node: property } of given) {
      if (key === null) continue;
      const field = shape.fields[key] ?? shape.others;
      if (shape.readOnly?.includes(key)) this.report(property, `${path}.${key} is set by the service`);
      else if (field === undefined) this.report(property, `${path}.${key}: no such property`);
      else this.value(value, field, `${path}.${key}`);
    }
    for (const name of shape.required ?? [])
      if (!given.some(({ key }) => key === name)) this.report(node, `${path} lacks ${name}`);
  }
}

const describe = (shape: Shape): string => {
  if (typeof shape === 'string') return shape;
  if ('enum' in shape) return `one of ${shape.enum.join(', ')}`;
  return 'array' in shape ? 'a list' : 'an object';
};
