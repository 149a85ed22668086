import { existsSync } from 'node:fs';
import type { ResourceTypes } from '../bicep/check-resources';
import { readContainers } from '../bicep/read-infra';
import type { Shape } from '../bicep/shape';
import type { Template } from '../bicep/template';
import { reduceType } from './reduce-type';
import { findType } from './type-definitions';
import { newUsage, useJson, useNode, usageAt, type Usage } from './usage';

const CONTAINER = 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers@2025-10-15';

const usages = (templates: Iterable<Template>): Map<string, Usage> => {
  const byType = new Map<string, Usage>();
  for (const template of templates) {
    for (const { type, existing, body } of template.resources) {
      const usage = byType.get(type) ?? newUsage();
      byType.set(type, usage);
      if (existing) continue;
      useNode(usage, body, template);
      for (const bicepOnly of ['parent', 'scope', 'dependsOn']) usage.fields.delete(bicepOnly);
    }
  }
  const container = byType.get(CONTAINER);
  if (container === undefined) throw new Error(`no template has a ${CONTAINER}`);
  useJson(usageAt(container, ['properties', 'resource']), readContainers());
  return byType;
};

/**
 * What the public type definitions say of the properties that the templates use, read from a checkout's `generated` folder.
 * `problems` names the types and properties that are not there, also of what a template takes in from JSON.
 */
export const readResourceTypes = (
  generated: string,
  templates: Iterable<Template>,
): { types: ResourceTypes; problems: string[] } => {
  if (!existsSync(generated)) throw new Error(`BICEP_TYPES: no folder ${generated}`);
  const problems: string[] = [];
  const types: Record<string, Shape> = {};
  for (const [name, usage] of usages(templates)) {
    const type = findType(generated, name);
    if (type === null) problems.push(`no such type: ${name}`);
    else types[name] = reduceType(type, usage, name, (path) => problems.push(`no such property: ${path}`));
  }
  return { types, problems };
};
