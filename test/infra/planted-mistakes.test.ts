import { beforeAll, describe, expect, it } from '@jest/globals';
import type { ResourceTypes } from './bicep/check-resources';
import { checkText } from './bicep/check-template';
import { readTemplates } from './bicep/read-infra';
import type { Template } from './bicep/template';
import { describeWithTypes } from './types/describe-with-types';
import { readResourceTypes } from './types/read-resource-types';

const topic = (properties: string): string => `
resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: 'sb'
  location: 'westeurope'
  properties: {
    disableLocalAuth: true
  }
  resource topic 'topics' = {
    name: 'migration-events'
    properties: {
      ${properties}
    }
  }
}`;

const account = (properties: string): string => `
resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: 'stcauseway'
  location: 'westeurope'
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    ${properties}
  }
}`;

const scheduler = (properties: string): string => `
resource scheduler 'Microsoft.DurableTask/schedulers@2026-02-01' = {
  name: 'dts'
  location: 'westeurope'
  properties: {
    ${properties}
  }
}`;

const CLOSED = 'allowSharedKeyAccess: false\n    allowBlobPublicAccess: false';

type Mistake = readonly [what: string, text: string, found: string];

/** Each is Bicep that somebody could write by mistake, and what is found wrong with it. */
const MISTAKES: readonly Mistake[] = [
  ['an empty value', 'param location string\nvar x = \noutput l string = location', 'not Bicep'],
  ['shared keys', account('allowSharedKeyAccess: true\n allowBlobPublicAccess: false'), 'is not allowed'],
  [
    'shared keys left as they are',
    account('allowBlobPublicAccess: false'),
    'allowSharedKeyAccess must be false',
  ],
  ['an old protocol', account(`${CLOSED}\n minimumTlsVersion: 'TLS1_0'`), 'is not allowed'],
  ['an undeclared name', `output l string = locaton`, 'locaton is not declared'],
  ['an unused parameter', 'param location string', 'location is not used'],
  ['an unused variable', `var location = 'x'`, 'location is not used'],
  ['a name declared twice', `param a string\nvar a = 'x'\noutput o string = a`, 'declared twice'],
  ['an invented function', `output o string = lowerCase('A')`, 'no such function: lowerCase'],
  [
    'a key as an output',
    `param a object\noutput o string = a.listKeys().keys[0].value`,
    'looks like a secret',
  ],
  [
    'a connection string as an output',
    `param a object\noutput o string = a.properties.ConnectionString`,
    'looks like a secret',
  ],
  [
    'a secure parameter as an output',
    `@secure()\nparam pass string\noutput o string = pass`,
    'looks like a secret',
  ],
  ['a missing file', `module m 'modules/nothing.bicep' = { name: 'm' }`, 'no file modules/nothing.bicep'],
  [
    'a missing parameter',
    `module m 'modules/identity.bicep' = { name: 'm', params: { name: 'n', location: 'l' } }`,
    'lacks parameter tags',
  ],
  [
    'an unknown parameter',
    `module m 'modules/identity.bicep' = { name: 'm', params: { name: 'n', location: 'l', tags: {}, sku: 'x' } }`,
    'has no parameter sku',
  ],
  [
    'an unknown output',
    `module m 'modules/identity.bicep' = { name: 'm', params: { name: 'n', location: 'l', tags: {} } }\noutput o string = m.outputs.tenantId`,
    'm has no output tenantId',
  ],
];

/** Mistakes that only the type definitions tell. */
const MISTAKES_IN_TYPES: readonly Mistake[] = [
  [
    'an invented version',
    `resource r 'Microsoft.Resources/resourceGroups@2025-04-31' = { name: 'r' }`,
    'unknown type',
  ],
  ['a misspelt property', topic('requiresDuplicateDetecton: true'), 'no such property'],
  ['a number for a truth value', topic('supportOrdering: 1'), 'is a number where bool is expected'],
  ['a text for a truth value', topic(`supportOrdering: 'true'`), 'is text where bool is expected'],
  ['a missing list', scheduler(`sku: { name: 'Dedicated' }`), 'lacks ipAllowlist'],
  [
    'an invented SKU',
    scheduler(`ipAllowlist: []\n sku: { name: 'Premium' }`),
    'none of Dedicated, Consumption',
  ],
  [
    'an invented SKU behind a condition',
    `param big bool\n${scheduler(`ipAllowlist: []\n sku: { name: big ? 'Big' : 'Dedicated' }`)}`,
    `'Big'`,
  ],
  [
    'an invented SKU that a parameter allows',
    `@allowed(['Dedicated', 'Huge'])\nparam sku string\n${scheduler(`ipAllowlist: []\n sku: { name: sku }`)}`,
    `may be 'Huge'`,
  ],
  [
    'a single value for a list',
    scheduler(`ipAllowlist: '0.0.0.0/0'\n sku: { name: 'Dedicated' }`),
    'is text where a list',
  ],
  ['a property of another level', account(`${CLOSED}\n sku: { name: 'Standard_LRS' }`), 'no such property'],
  ['a property the service sets', account(`${CLOSED}\n primaryEndpoints: {}`), 'no such property'],
];

let templates: ReadonlyMap<string, Template>;
beforeAll(async () => {
  templates = await readTemplates();
});

describe('R95 what the check of the templates finds', () => {
  it.each(MISTAKES)('finds %s', async (_what, text, found) => {
    const findings = await checkText(text, templates);
    expect(findings).toEqual(expect.arrayContaining([expect.stringContaining(found)]));
  });

  it('finds nothing in what is right', async () => {
    expect(await checkText(account(CLOSED), templates)).toEqual([]);
  });
});

describeWithTypes('R95 what the check of the resources finds', (generated) => {
  let types: ResourceTypes;
  beforeAll(() => {
    types = readResourceTypes(generated, templates.values()).types;
  });

  it.each(MISTAKES_IN_TYPES)('finds %s', async (_what, text, found) => {
    const findings = await checkText(text, templates, types);
    expect(findings).toEqual(expect.arrayContaining([expect.stringContaining(found)]));
  });

  it.each([
    topic(`requiresDuplicateDetection: true\n duplicateDetectionHistoryTimeWindow: 'P1D'`),
    account(CLOSED),
    scheduler(`ipAllowlist: ['10.0.0.0/8']\n sku: { name: 'Dedicated' }`),
  ])('finds nothing in what is right: %#', async (text) => {
    expect(await checkText(text, templates, types)).toEqual([]);
  });
});
