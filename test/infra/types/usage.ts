import { namedChildren, type Node } from '../bicep/parse-bicep';
import { literalOf, propertiesOf, type Template } from '../bicep/template';

/** Which properties the templates give a resource: what has to be known of its type. */
export interface Usage {
  readonly fields: Map<string, Usage>;
  /** Texts given literally: they choose the kind of an object that comes in several. */
  readonly texts: Set<string>;
}

export const newUsage = (): Usage => ({ fields: new Map(), texts: new Set() });

const fieldOf = (usage: Usage, name: string): Usage => {
  const known = usage.fields.get(name) ?? newUsage();
  usage.fields.set(name, known);
  return known;
};

/** Adds what a node gives; items of lists are taken together. */
export const useNode = (usage: Usage, node: Node, template: Template): void => {
  if (node.type === 'object') {
    for (const { key, value } of propertiesOf(node))
      if (key !== null) useNode(fieldOf(usage, key), value, template);
    return;
  }
  if (node.type === 'identifier') {
    const variable = template.variables.find(({ name }) => name === node.text);
    if (variable !== undefined) useNode(usage, variable.value, template);
    return;
  }
  const text = literalOf(node);
  if (text !== null) usage.texts.add(text);
  for (const child of namedChildren(node)) if (node.type !== 'string') useNode(usage, child, template);
};

/** The same of a JSON value that a template takes in. */
export const useJson = (usage: Usage, value: unknown): void => {
  if (Array.isArray(value)) return value.forEach((item) => useJson(usage, item));
  if (typeof value === 'string') usage.texts.add(value);
  if (value === null || typeof value !== 'object') return;
  for (const [key, inner] of Object.entries(value)) useJson(fieldOf(usage, key), inner);
};

export const usageAt = (usage: Usage, path: readonly string[]): Usage => path.reduce(fieldOf, usage);
