import { namedChildren, type Node } from './parse-bicep';
import type { Template } from './template';

/** Values of parameters, variables and whatever is read from elsewhere, by the text that stands in the template. */
export type Values = ReadonlyMap<string, string>;

/**
 * The text an expression becomes: literals, interpolation, variables, `empty(…) ? a : b`. Throws where it needs a value that was not
 * given, so that a test never passes over an expression it could not read.
 */
export const evaluate = (node: Node, template: Template, values: Values): string => {
  const given = values.get(node.text);
  if (given !== undefined) return given;
  switch (node.type) {
    case 'string':
      return namedChildren(node)
        .map((part) => (part.type === 'interpolation' ? inner(part, template, values) : part.text))
        .join('');
    case 'identifier': {
      const variable = template.variables.find(({ name }) => name === node.text);
      if (variable !== undefined) return evaluate(variable.value, template, values);
      break;
    }
    case 'ternary_expression':
      return evaluate(branchOf(node, values), template, values);
  }
  throw new Error(`${template.file}:${node.startPosition.row + 1}: no value for ${node.text}`);
};

const inner = (part: Node, template: Template, values: Values): string => {
  const [expression] = namedChildren(part);
  if (expression === undefined) throw new Error(`nothing in ${part.text}`);
  return evaluate(expression, template, values);
};

const branchOf = (node: Node, values: Values): Node => {
  const condition = node.childForFieldName('condition');
  const asked = /^empty\((\w+)\)$/.exec(condition?.text ?? '')?.[1];
  const branch = node.childForFieldName(
    asked !== undefined && values.get(asked) === '' ? 'consequence' : 'alternative',
  );
  if (asked === undefined || values.get(asked) === undefined || branch === null)
    throw new Error(`which branch: ${node.text}`);
  return branch;
};
