import { namedChildren, type Node } from './parse-bicep';

export interface Parameter {
  readonly name: string;
  readonly required: boolean;
  readonly secure: boolean;
  /** Words of `@allowed`; null where any will do. */
  readonly allowed: readonly string[] | null;
  readonly node: Node;
}

export interface Resource {
  readonly symbol: string;
  /** `Provider/type@version`; of a nested resource with its parents. */
  readonly type: string;
  readonly existing: boolean;
  readonly body: Node;
  readonly node: Node;
}

export interface ModuleCall {
  readonly symbol: string;
  readonly path: string;
  readonly body: Node;
  readonly node: Node;
}

export interface Named {
  readonly name: string;
  readonly node: Node;
}

/** What a Bicep file declares. */
export interface Template {
  readonly file: string;
  readonly root: Node;
  readonly parameters: readonly Parameter[];
  readonly variables: readonly (Named & { readonly value: Node })[];
  readonly resources: readonly Resource[];
  readonly modules: readonly ModuleCall[];
  readonly outputs: readonly Named[];
}

/** The text of a string node without interpolation; null for any other node. */
export const literalOf = (node: Node): string | null => {
  if (node.type !== 'string') return null;
  const parts = namedChildren(node);
  if (parts.some((part) => part.type === 'interpolation')) return null;
  return parts.map((part) => part.text).join('');
};

/** Properties of an object node, in order. A nested resource is none. */
export const propertiesOf = (node: Node): { key: string | null; value: Node; node: Node }[] =>
  namedChildren(node)
    .filter((child) => child.type === 'object_property' && childResource(child) === null)
    .flatMap((property) => {
      const [key, value] = namedChildren(property);
      if (key === undefined || value === undefined) return [];
      return [{ key: key.type === 'string' ? literalOf(key) : key.text, value, node: property }];
    });

export const propertyOf = (node: Node, key: string): Node | null =>
  propertiesOf(node).find((property) => property.key === key)?.value ?? null;

const childResource = (property: Node): Node | null =>
  namedChildren(property).find((child) => child.type === 'resource_declaration') ?? null;

/** The object that a declaration assigns, whatever condition or loop stands around it. */
const bodyOf = (node: Node): Node => {
  const children = namedChildren(node);
  const last = children[children.length - 1];
  if (last === undefined) throw new Error(`no body: ${node.text.slice(0, 60)}`);
  if (last.type === 'object') return last;
  return bodyOf(last);
};

const identifierOf = (node: Node): string => {
  const identifier = namedChildren(node).find((child) => child.type === 'identifier');
  if (identifier === undefined) throw new Error(`no name: ${node.text.slice(0, 60)}`);
  return identifier.text;
};

const pathOf = (node: Node): string => {
  const path = namedChildren(node).find((child) => child.type === 'string');
  return (path && literalOf(path)) ?? '';
};

const decoratorsOf = (node: Node): string => {
  const before = node.previousNamedSibling;
  return before?.type === 'decorators' ? before.text : '';
};

const allowedOf = (decorators: string): string[] | null => {
  const list = /@allowed\(\[([^\]]*)\]\)/.exec(decorators)?.[1];
  return list === undefined ? null : [...list.matchAll(/'([^']*)'/g)].map(([, word]) => word ?? '');
};

const resourcesOf = (node: Node, parentType: string | null): Resource[] => {
  const own = pathOf(node);
  const [parentPath, version] = parentType?.split('@') ?? [];
  const type = parentPath === undefined ? own : `${parentPath}/${own}@${version}`;
  const body = bodyOf(node);
  const existing = /^\s*resource\s+\w+\s+'[^']*'\s+existing\b/.test(node.text);
  const nested = namedChildren(body).flatMap((property) => {
    const child = property.type === 'object_property' ? childResource(property) : null;
    return child === null ? [] : resourcesOf(child, type);
  });
  return [{ symbol: identifierOf(node), type, existing, body, node }, ...nested];
};

export const readTemplate = (file: string, root: Node): Template => {
  const declarations = namedChildren(root);
  const of = (type: string): Node[] => declarations.filter((node) => node.type === type);
  return {
    file,
    root,
    parameters: of('parameter_declaration').map((node) => ({
      name: identifierOf(node),
      required: !/^param\s+\w+\s+[^=]*=/.test(node.text),
      secure: decoratorsOf(node).includes('@secure('),
      allowed: allowedOf(decoratorsOf(node)),
      node,
    })),
    variables: of('variable_declaration').flatMap((node) => {
      const value = namedChildren(node).at(-1);
      return value === undefined ? [] : [{ name: identifierOf(node), value, node }];
    }),
    resources: of('resource_declaration').flatMap((node) => resourcesOf(node, null)),
    modules: of('module_declaration').map((node) => ({
      symbol: identifierOf(node),
      path: pathOf(node),
      body: bodyOf(node),
      node,
    })),
    outputs: of('output_declaration').map((node) => ({ name: identifierOf(node), node })),
  };
};
