import { beforeAll, describe, expect, it } from '@jest/globals';
import { checkResources } from './bicep/check-resources';
import { checkTemplate } from './bicep/check-template';
import { openBicepParser } from './bicep/parse-bicep';
import { readTemplates } from './bicep/read-infra';
import { readTemplate, type Template } from './bicep/template';
import { describeWithTypes } from './types/describe-with-types';
import { readResourceTypes } from './types/read-resource-types';

/**
 * The templates against each other and, where they are at hand, the public type definitions. It proves nothing about expressions,
 * regions, SKUs that a region lacks or what the service itself refuses: the pipeline's `bicep build` and what-if, and
 * infra/README.md, do.
 */
let templates: ReadonlyMap<string, Template>;
beforeAll(async () => {
  templates = await readTemplates();
});

describe('R88 R115 the templates that deploy Causeway', () => {
  it('let in nobody without an identity, give away no secret, and refer to what is there', () => {
    expect([...templates.values()].flatMap((template) => checkTemplate(template, templates))).toEqual([]);
  });

  it('are many files of one subject each, all of them used', () => {
    const called = [...templates.values()].flatMap(({ modules }) => modules.map(({ path }) => path));
    const unused = [...templates.keys()].filter((file) => file !== 'main.bicep' && !called.includes(file));
    expect(unused).toEqual([]);
    expect([...templates.values()].every(({ root }) => root.endPosition.row < 300)).toBe(true);
  });
});

describeWithTypes('R88 R115 the resources of the templates', (generated) => {
  it('have known types, properties and values', () => {
    const { types, problems } = readResourceTypes(generated, templates.values());
    expect(problems).toEqual([]);
    expect([...templates.values()].flatMap((template) => checkResources(template, types))).toEqual([]);
  });

  it('are named where the definitions do not have them', async () => {
    const text = `
resource rules 'Microsoft.Storage/storageAccounts/managementPolicies@2025-06-01' = {
  name: 'default'
  properties: { polcy: {} }
}
resource topic 'Microsoft.ServiceBus/namespaces/topics@2024-01-32' = { name: 'topic' }`;
    const mistaken = readTemplate('main.bicep', (await openBicepParser()).parse(text));
    expect(readResourceTypes(generated, [...templates.values(), mistaken]).problems).toEqual([
      'no such property: Microsoft.Storage/storageAccounts/managementPolicies@2025-06-01.properties.polcy',
      'no such type: Microsoft.ServiceBus/namespaces/topics@2024-01-32',
    ]);
  });
});
