import { describe, expect, it } from '@jest/globals';
import type { TemplateBody } from '../../../shared/contracts/template';
import type { WhatIfChange } from '../../../shared/contracts/what-if';
import { driftFindings, environmentPlanHash, residueHash } from '../../../shared/domain/environments';
import { postureFindings } from '../../../shared/domain/posture';
import {
  differingParameters,
  parameterProblem,
  templateProblem,
} from '../../../shared/domain/template-parameters';

const HASH = 'a'.repeat(64);
const planned = {
  id: 'shop-test',
  workloadId: 'shop',
  kind: 'test' as const,
  subscriptionId: '11111111-2222-3333-4444-555555555555',
  resourceGroup: 'shop',
  definition: { kind: 'template' as const, template: 'share', version: 1, parameters: {} },
  definitionHash: HASH,
};
const change = (kind: WhatIfChange['kind'], properties: WhatIfChange['properties'] = []): WhatIfChange => ({
  resourceId: '/subscriptions/s/a',
  kind,
  properties,
});

describe('the hash people approve', () => {
  it('R88 changes with the definition, its place, its parameters and the prediction', () => {
    const changes = [change('Create')];
    const others = [
      environmentPlanHash({ ...planned, definitionHash: 'b'.repeat(64) }, changes),
      environmentPlanHash({ ...planned, resourceGroup: 'other' }, changes),
      environmentPlanHash(planned, [change('Modify')]),
      environmentPlanHash(
        { ...planned, definition: { ...planned.definition, parameters: { name: { value: 'x' } } } },
        changes,
      ),
    ];
    expect(new Set([environmentPlanHash(planned, changes), ...others]).size).toBe(5);
    expect(environmentPlanHash({ ...planned }, [change('Create')])).toBe(
      environmentPlanHash(planned, changes),
    );
  });

  it('of a removal does not depend on the order of the list', () => {
    expect(residueHash('e', ['a', 'b'])).toBe(residueHash('e', ['b', 'a']));
    expect(residueHash('e', ['a'])).not.toBe(residueHash('e', ['a', 'b']));
  });
});

describe('drift', () => {
  const property = (kind: 'Modify' | 'NoEffect') => ({ path: 'properties.x', kind, before: '1', after: '2' });

  it('R89 R90 is what deploying again would change, not what Azure calls without effect', () => {
    const quiet = [change('NoChange'), change('Ignore'), change('Modify', [property('NoEffect')])];
    expect(driftFindings(quiet)).toEqual([]);
    const found = driftFindings([change('Create'), change('Modify', [property('Modify')]), change('Delete')]);
    expect(found.map(({ message }) => message)).toEqual([
      'was deployed and is gone',
      'differs in properties.x',
      'differs in Delete',
    ]);
  });
});

describe('posture', () => {
  const account = {
    id: '/s',
    type: 'microsoft.storage/STORAGEACCOUNTS',
    identityType: null,
    properties: {
      supportsHttpsTrafficOnly: true,
      minimumTlsVersion: 'TLS1_2',
      allowBlobPublicAccess: false,
      allowSharedKeyAccess: false,
      networkAcls: { defaultAction: 'Deny' },
    },
  };

  it('R132 finds nothing in what is safe, and each thing that is not', () => {
    expect(postureFindings(account)).toEqual([]);
    for (const name of Object.keys(account.properties)) {
      const { [name]: _left, ...properties } = account.properties as Record<string, unknown>;
      expect(postureFindings({ ...account, properties })).toHaveLength(1);
    }
  });

  it('R132 wants apps to have an identity and TLS, and machines to know no passwords', () => {
    const app = { id: '/a', type: 'Microsoft.Web/sites', identityType: 'None', properties: {} };
    expect(postureFindings(app).map(({ area }) => area)).toEqual(['networking', 'identity']);
    const properties = { osProfile: { linuxConfiguration: { disablePasswordAuthentication: false } } };
    const machine = {
      id: '/m',
      type: 'Microsoft.Compute/virtualMachines',
      identityType: 'SystemAssigned',
      properties,
    };
    expect(postureFindings(machine).map(({ message }) => message)).toContain(
      'lets people sign in with a password',
    );
  });
});

describe('parameters of a template', () => {
  const template = {
    $schema: 'https://example.com/deploymentTemplate.json#',
    contentVersion: '1.0.0.0',
    parameters: {
      tags: { type: 'object' },
      name: { type: 'string', minLength: 3 },
      size: { type: 'int', defaultValue: 2, minValue: 1, maxValue: 4 },
      tier: { type: 'String', defaultValue: 'Hot', allowedValues: ['Hot', 'Cool'] },
      key: { type: 'securestring', defaultValue: '' },
    },
    resources: [],
  } satisfies TemplateBody;
  const name = { value: 'shop' };

  it('are refused where they do not fit, naming the one at fault', () => {
    const at = (more: Record<string, { value: string | number | object }>) =>
      parameterProblem(template, { name, ...(more as Record<string, { value: string }>) })?.parameter ?? null;
    expect(at({})).toBeNull();
    expect(at({ size: { value: 4 }, tier: { value: 'Cool' } })).toBeNull();
    expect(parameterProblem(template, {})?.parameter).toBe('name');
    expect(at({ name: { value: 'ab' } })).toBe('name');
    expect(at({ size: { value: 5 } })).toBe('size');
    expect(at({ size: { value: 1.5 } })).toBe('size');
    expect(at({ tier: { value: 'Cold' } })).toBe('tier');
    expect(at({ key: { value: 'secret' } })).toBe('key');
    expect(at({ tags: { value: {} } })).toBe('tags');
    expect(at({ other: { value: 1 } })).toBe('other');
  });

  it('R72 that differ between two environments are named', () => {
    expect(differingParameters({ a: { value: 1 }, b: { value: 2 } }, { a: { value: 1 }, c: name })).toEqual([
      'b',
      'c',
    ]);
  });

  it('R71 a template without tags, or with a secret in it, is not taken in', () => {
    expect(templateProblem(template)).toBeNull();
    expect(templateProblem({ ...template, parameters: {} })).toContain('tags');
    const key = { type: 'secureString', defaultValue: 'hunter2' };
    expect(templateProblem({ ...template, parameters: { ...template.parameters, key } })).toContain('key');
  });
});
