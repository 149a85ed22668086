import { descendants, finding, namedChildren, type Finding, type Node } from './parse-bicep';
import { propertiesOf, propertyOf, type Template } from './template';

/** Functions of Bicep that the templates may call; another one is added here after looking it up. */
const FUNCTIONS = new Set([
  'allowed',
  'cidrSubnet',
  'concat',
  'contains',
  'description',
  'empty',
  'environment',
  'guid',
  'join',
  'loadJsonContent',
  'loadTextContent',
  'map',
  'maxLength',
  'minLength',
  'resourceGroup',
  'replace',
  'resourceId',
  'secure',
  'split',
  'string',
  'subscription',
  'subscriptionResourceId',
  'tenant',
  'toLower',
  'union',
  'uniqueString',
]);

/** Names bound within an expression: of loops and of lambdas. */
const boundNames = (root: Node): Set<string> => {
  const names = new Set<string>();
  for (const node of descendants(root)) {
    if (node.type === 'for_statement') for (const name of loopNames(node)) names.add(name);
    if (node.type === 'lambda_expression')
      for (const part of descendants(node.namedChildren[0] ?? node))
        if (part.type === 'identifier') names.add(part.text);
  }
  return names;
};

const loopNames = (node: Node): string[] => {
  const head = node.text.slice(0, node.text.indexOf(' in ')).replace(/^\[?\s*for\s*/, '');
  return head.match(/\w+/g) ?? [];
};

/** Identifiers that stand for a value: not names of properties, declarations or types. */
const references = (root: Node): Node[] =>
  [...descendants(root)].filter((node) => node.type === 'identifier' && isReference(node));

const isReference = (node: Node): boolean => {
  const parent = node.parent;
  if (parent === null) return false;
  if (/_declaration$/.test(parent.type)) return namedChildren(parent)[0]?.id !== node.id;
  if (parent.type === 'object_property') return namedChildren(parent)[0]?.id !== node.id;
  if (parent.type === 'call_expression') return parent.childForFieldName('function')?.id !== node.id;
  if (parent.type === 'resource_expression') return parent.childForFieldName('resource')?.id !== node.id;
  return true;
};

/** Identifiers nobody declared, functions nobody knows, and parameters and variables nobody uses. */
export const checkReferences = (template: Template): Finding[] => {
  const declared = new Set([
    ...template.parameters.map(({ name }) => name),
    ...template.variables.map(({ name }) => name),
    ...template.resources.map(({ symbol }) => symbol),
    ...template.modules.map(({ symbol }) => symbol),
    ...boundNames(template.root),
  ]);
  const used = references(template.root);
  const undeclared = used
    .filter((node) => !declared.has(node.text))
    .map((node) => finding(template.file, node, `${node.text} is not declared`));
  const names = new Set(used.map((node) => node.text));
  const unused = [...template.parameters, ...template.variables]
    .filter(({ name }) => !names.has(name))
    .map(({ name, node }) => finding(template.file, node, `${name} is not used`));
  return [...undeclared, ...unused, ...unknownFunctions(template), ...declaredTwice(template)];
};

const unknownFunctions = (template: Template): Finding[] =>
  [...descendants(template.root)]
    .filter((node) => node.type === 'call_expression')
    .map((node) => node.childForFieldName('function'))
    .filter((name): name is Node => name?.type === 'identifier' && !FUNCTIONS.has(name.text))
    .map((name) => finding(template.file, name, `no such function: ${name.text}`));

const declaredTwice = (template: Template): Finding[] => {
  const seen = new Set<string>();
  const all = [
    ...template.parameters,
    ...template.variables,
    ...template.resources.map(({ symbol, node }) => ({ name: symbol, node })),
    ...template.modules.map(({ symbol, node }) => ({ name: symbol, node })),
  ];
  return all.flatMap(({ name, node }) => {
    if (seen.has(name)) return [finding(template.file, node, `${name} is declared twice`)];
    seen.add(name);
    return [];
  });
};

/**
 * Calls of modules: the file is there, every required parameter is given and no other one, and every output that is read exists.
 * `templates` are all files by their path.
 */
export const checkModules = (
  template: Template,
  templates: ReadonlyMap<string, Template>,
  resolve: (from: string, path: string) => string,
): Finding[] =>
  template.modules.flatMap((call) => {
    const module = templates.get(resolve(template.file, call.path));
    if (module === undefined) return [finding(template.file, call.node, `no file ${call.path}`)];
    const params = propertyOf(call.body, 'params');
    const given = params === null ? [] : propertiesOf(params);
    const missing = module.parameters
      .filter(({ name, required }) => required && !given.some(({ key }) => key === name))
      .map(({ name }) => finding(template.file, call.node, `${call.symbol} lacks parameter ${name}`));
    const unknown = given
      .filter(({ key }) => !module.parameters.some(({ name }) => name === key))
      .map(({ key, node }) => finding(template.file, node, `${call.path} has no parameter ${key}`));
    return [...missing, ...unknown, ...unknownOutputs(template, call.symbol, module)];
  });

const unknownOutputs = (template: Template, symbol: string, module: Template): Finding[] => {
  const reads = template.root.text.matchAll(new RegExp(`\\b${symbol}!?\\.outputs\\.(\\w+)`, 'g'));
  return [...reads]
    .map(([, name]) => name)
    .filter((name) => !module.outputs.some((output) => output.name === name))
    .map((name) => finding(template.file, template.root, `${symbol} has no output ${name}`));
};
