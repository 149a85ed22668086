import { namedChildren, finding, type Finding, type Node } from './parse-bicep';
import { ShapeCheck, type Fields, type ObjectShape, type Shape } from './shape';
import { literalOf, propertiesOf, type Resource, type Template } from './template';

/** Types by `Provider/type@version`. */
export type ResourceTypes = Readonly<Record<string, Shape>>;

/** Properties that Bicep itself gives every resource. */
const BICEP: Fields = { parent: 'any', scope: 'any', dependsOn: { array: 'any' } };

/** Of one that is there already, the template says only which it is. */
const EXISTING: ObjectShape = { fields: { name: 'string' }, required: ['name'] };

/** Every resource against its type: names, required properties, kinds of values, enumerations. */
export const checkResources = (template: Template, types: ResourceTypes): Finding[] =>
  template.resources.flatMap((resource) => {
    const type = types[resource.type];
    if (type === undefined) return [finding(template.file, resource.node, `unknown type ${resource.type}`)];
    return checkBody(template, resource, resource.existing ? EXISTING : type);
  });

const checkBody = (template: Template, resource: Resource, type: Shape): Finding[] => {
  const check = new ShapeCheck(template);
  check.value(resource.body, withBicep(type), resource.symbol);
  return check.findings;
};

const withBicep = (type: Shape): Shape => {
  if (typeof type === 'string' || 'enum' in type || 'array' in type) return type;
  if ('by' in type) return { ...type, base: { ...type.base, ...BICEP } };
  const widened: ObjectShape = { ...type, fields: { ...type.fields, ...BICEP } };
  return widened;
};

const SECRET =
  /password|secret|connectionstring|accountkey|primarykey|secondarykey|sharedaccess|instrumentationkey/i;

/** An output is kept in the deployment's history, for everybody who may read it. */
export const checkOutputs = (template: Template): Finding[] =>
  template.outputs
    .filter(({ node }) => {
      const value = namedChildren(node).at(-1);
      const secure = template.parameters.some(
        (parameter) => parameter.secure && new RegExp(`\\b${parameter.name}\\b`).test(value?.text ?? ''),
      );
      return secure || /\blist\w*\s*\(/.test(node.text) || SECRET.test(node.text);
    })
    .map(({ name, node }) => finding(template.file, node, `output ${name} looks like a secret`));

/** Settings that would let somebody in without an identity, or over an old protocol. */
const FORBIDDEN: Readonly<Record<string, RegExp>> = {
  disableLocalAuth: /^false$/,
  DisableLocalAuth: /^false$/,
  allowSharedKeyAccess: /^true$/,
  allowBlobPublicAccess: /^true$/,
  enableRbacAuthorization: /^false$/,
  httpsOnly: /^false$/,
  minimumTlsVersion: /^'(1\.[01]|TLS1_[01])'$/,
  minTlsVersion: /^'1\.[01]'$/,
  publicAccess: /^'(Blob|Container)'$/,
};

/** What must be said of a resource, because leaving it out leaves it open. */
const DEMANDED: readonly { readonly type: RegExp; readonly path: string; readonly value: string }[] = [
  { type: /^Microsoft\.Storage\/storageAccounts@/, path: 'properties.allowSharedKeyAccess', value: 'false' },
  { type: /^Microsoft\.Storage\/storageAccounts@/, path: 'properties.allowBlobPublicAccess', value: 'false' },
  { type: /^Microsoft\.DocumentDB\/databaseAccounts@/, path: 'properties.disableLocalAuth', value: 'true' },
  { type: /^Microsoft\.ServiceBus\/namespaces@/, path: 'properties.disableLocalAuth', value: 'true' },
  {
    type: /^Microsoft\.AppConfiguration\/configurationStores@/,
    path: 'properties.disableLocalAuth',
    value: 'true',
  },
  { type: /^Microsoft\.KeyVault\/vaults@/, path: 'properties.enableRbacAuthorization', value: 'true' },
  { type: /^Microsoft\.Insights\/components@/, path: 'properties.DisableLocalAuth', value: 'true' },
  { type: /^Microsoft\.Web\/sites@/, path: 'properties.httpsOnly', value: 'true' },
  {
    type: /^Microsoft\.Web\/sites\/basicPublishingCredentialsPolicies@/,
    path: 'properties.allow',
    value: 'false',
  },
];

export const checkSecurity = (template: Template): Finding[] =>
  template.resources
    .filter(({ existing }) => !existing)
    .flatMap((resource) => [
      ...forbidden(template, resource.body),
      ...DEMANDED.filter(({ type }) => type.test(resource.type))
        .filter(({ path, value }) => valueAt(resource.body, path.split('.'))?.text !== value)
        .map(({ path, value }) =>
          finding(template.file, resource.node, `${resource.symbol}.${path} must be ${value}`),
        ),
    ]);

const valueAt = (body: Node, path: readonly string[]): Node | null => {
  let node: Node | null = body;
  for (const key of path)
    node = node?.type === 'object' ? (propertiesOf(node).find((p) => p.key === key)?.value ?? null) : null;
  return node;
};

const forbidden = (template: Template, node: Node): Finding[] => {
  if (node.type !== 'object') return [];
  return propertiesOf(node).flatMap(({ key, value, node: property }) => [
    ...(key !== null && FORBIDDEN[key]?.test(value.text)
      ? [finding(template.file, property, `${key}: ${literalOf(value) ?? value.text} is not allowed`)]
      : []),
    ...forbidden(template, value),
  ]);
};
