import { beforeAll, describe, expect, it } from '@jest/globals';
import { evaluate } from './bicep/evaluate';
import { readJson, readTemplates } from './bicep/read-infra';
import { propertiesOf, type Template } from './bicep/template';

/** What a name may be, by the key in main.bicep: Microsoft's naming rules for Azure resources. */
const RULES: Readonly<Record<string, RegExp>> = {
  identity: /^[A-Za-z0-9][A-Za-z0-9_-]{2,127}$/,
  logWorkspace: /^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$/,
  insights: /^[\w().-]{1,255}$/,
  hostStorage: /^[a-z0-9]{3,24}$/,
  dataStorage: /^[a-z0-9]{3,24}$/,
  cosmos: /^[a-z0-9][a-z0-9-]{2,43}$/,
  serviceBus: /^[A-Za-z](?!.*-(sb|mgmt)$)[A-Za-z0-9-]{4,48}[A-Za-z0-9]$/,
  keyVault: /^[A-Za-z](?!.*--)[A-Za-z0-9-]{1,22}[A-Za-z0-9]$/,
  appConfiguration: /^(?!.*---)[A-Za-z0-9][A-Za-z0-9-]{3,48}[A-Za-z0-9]$/,
  scheduler: /^[A-Za-z0-9][A-Za-z0-9-]{1,62}[A-Za-z0-9]$/,
  plan: /^[A-Za-z0-9-]{1,40}$/,
  functionApp: /^[A-Za-z0-9][A-Za-z0-9-]{0,58}[A-Za-z0-9]$/,
  virtualNetwork: /^[A-Za-z0-9][\w.-]{0,62}[A-Za-z0-9_]$/,
  securityGroup: /^[A-Za-z0-9][\w.-]{0,78}[A-Za-z0-9_]$/,
  natGateway: /^[A-Za-z0-9][\w.-]{0,78}[A-Za-z0-9_]$/,
  publicAddress: /^[A-Za-z0-9][\w.-]{0,78}[A-Za-z0-9_]$/,
  privateEndpoint: /^[A-Za-z0-9][\w.-]{0,40}$/,
  actionGroup: /^[^/&%?]{1,260}$/,
  alert: /^[^#<>*%&:\\?+/]{1,200}$/,
  budget: /^[\w-]{1,63}$/,
};
/** `uniqueString` gives thirteen characters. */
const TOKEN = 'abcdefghijklm';

describe('R88 names of what is deployed', () => {
  let main: Template;
  let values: Map<string, string>;
  beforeAll(async () => {
    main = (await readTemplates()).get('main.bicep')!;
    const short = readJson('abbreviations.json') as Record<string, string>;
    values = new Map(Object.entries(short).map(([key, text]) => [`short.${key}`, text]));
    values.set('token', TOKEN);
  });
  const namesOf = (): Map<string, string> => {
    const { value } = main.variables.find(({ name }) => name === 'names')!;
    return new Map(
      propertiesOf(value).map((property) => [property.key!, evaluate(property.value, main, values)]),
    );
  };

  it('keep the rules of every kind of resource', () => {
    const names = namesOf();
    expect([...names.keys()].sort()).toEqual(Object.keys(RULES).sort());
    for (const [kind, name] of names)
      expect(`${kind} ${name}`).toMatch(new RegExp(`^${kind} (?=(${RULES[kind]!.source.slice(1, -1)})$)`));
  });

  it('keep them in the containers of blobs', () => {
    const { value } = main.variables.find(({ name }) => name === 'containers')!;
    for (const { value: name } of propertiesOf(value))
      expect(evaluate(name, main, values)).toMatch(/^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
  });

  it('keep every abbreviation in use', () => {
    const text = main.root.text;
    const unused = Object.keys(readJson('abbreviations.json') as object).filter(
      (key) => !text.includes(`short.${key}`),
    );
    expect(unused).toEqual([]);
  });
});
