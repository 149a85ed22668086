import { beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { INFRA, readJson, readTemplates } from './bicep/read-infra';
import { literalOf, propertyOf, type Template } from './bicep/template';

/** Built-in roles by their ids, from "Azure built-in roles" on Microsoft Learn and Azure Verified Modules. */
const BUILT_IN: Readonly<Record<string, string>> = {
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b': 'Storage Blob Data Owner',
  'ba92f5b4-2d11-453d-a403-e96b0029c9fe': 'Storage Blob Data Contributor',
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3': 'Storage Table Data Contributor',
  '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39': 'Azure Service Bus Data Sender',
  '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0': 'Azure Service Bus Data Receiver',
  '4633458b-17de-408a-b874-0445c86b69e6': 'Key Vault Secrets User',
  '5ae67dd6-50cb-40e7-96ff-dc2bfa4b606b': 'App Configuration Data Owner',
  '3913510d-42f4-4e42-8a64-420c390055eb': 'Monitoring Metrics Publisher',
  '0ad04412-c4d5-4796-b79c-f76d14c8d402': 'Durable Task Data Contributor',
};
const roles = readJson('roles.json') as Record<string, string>;

describe('R89 R90 the rights of the application', () => {
  let template: Template;
  beforeAll(async () => {
    template = (await readTemplates()).get('modules/role-assignments.bicep')!;
  });
  const assignments = () =>
    template.resources
      .filter(({ type }) => type.startsWith('Microsoft.Authorization/roleAssignments@'))
      .map(({ symbol, body }) => ({
        symbol,
        scope: propertyOf(body, 'scope')?.text,
        name: propertyOf(body, 'name')!.text,
        properties: propertyOf(body, 'properties')!,
      }));

  it('are roles of the built-in ones, by their right ids, and none that manages or grants', () => {
    for (const [name, id] of Object.entries(roles)) expect(BUILT_IN[id]).toBe(name);
    expect(Object.keys(roles)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(Owner|Contributor|User Access Administrator)$/)]),
    );
  });

  it('are each on one resource, for one reason, to an identity', () => {
    expect(assignments().length).toBeGreaterThan(0);
    for (const { symbol, scope, properties } of assignments()) {
      expect({ symbol, scope }).toEqual({ symbol, scope: expect.stringMatching(/^[a-zA-Z:]+$/) });
      expect(literalOf(propertyOf(properties, 'description')!)).toMatch(/.{30,}\.$/);
      expect(literalOf(propertyOf(properties, 'principalType')!)).toBe('ServicePrincipal');
    }
  });

  it('name the same role in the name as in the assignment, so that two never collide', () => {
    const roleIn = (text: string): string | undefined => /roles\['([^']+)'\]/.exec(text)?.[1];
    const used = assignments().map(({ name, scope, properties }) => {
      expect(roleIn(name)).toBe(roleIn(propertyOf(properties, 'roleDefinitionId')!.text));
      expect(name).toContain(`${scope}.id`);
      return roleIn(name)!;
    });
    expect(new Set(used)).toEqual(new Set(Object.keys(roles)));
  });

  it('stand in the README with their scope', () => {
    const readme = readFileSync(join(INFRA, 'README.md'), 'utf8');
    for (const name of Object.keys(roles)) expect(readme).toContain(`| ${name} `);
    expect(readme).toContain('| Cosmos DB Built-in Data Contributor ');
  });
});
