/**
 * Writes infra/types/resource-types.json anew after a change of a template: what the public type definitions say of the
 * properties that the templates use. Facts only: names, kinds, enumerations, which are required.
 * `git clone https://github.com/Azure/bicep-types-az`, then
 * `npx node --require ./test/support/run-typescript.js test/infra/types/extract-types.ts <its generated folder> <its commit>`.
 * Fails where a template uses a type or property that is not there.
 */
import { writeFileSync } from 'node:fs';
import { readContainers, readTemplates } from '../bicep/read-infra';
import type { Shape } from '../bicep/shape';
import { findType } from './type-definitions';
import { reduceType } from './reduce-type';
import { newUsage, useJson, useNode, usageAt, type Usage } from './usage';

const CONTAINER = 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers@2025-10-15';

const usages = async (): Promise<Map<string, Usage>> => {
  const byType = new Map<string, Usage>();
  for (const template of (await readTemplates()).values()) {
    for (const { type, existing, body } of template.resources) {
      const usage = byType.get(type) ?? newUsage();
      byType.set(type, usage);
      if (existing) continue;
      useNode(usage, body, template);
      for (const bicepOnly of ['parent', 'scope', 'dependsOn']) usage.fields.delete(bicepOnly);
    }
  }
  useJson(usageAt(byType.get(CONTAINER) ?? newUsage(), ['properties', 'resource']), readContainers());
  return byType;
};

const main = async (generated: string, commit: string): Promise<void> => {
  const problems: string[] = [];
  const types: Record<string, Shape> = {};
  for (const [name, usage] of [...(await usages())].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const type = findType(generated, name);
    if (type === null) problems.push(`no such type: ${name}`);
    else types[name] = reduceType(type, usage, name, (path) => problems.push(`no such property: ${path}`));
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const source = 'https://github.com/Azure/bicep-types-az (MIT), reduced to what the templates use';
  writeFileSync('infra/types/resource-types.json', `${JSON.stringify({ source, commit, types }, null, 1)}\n`);
};

const [generated, commit] = process.argv.slice(2);
if (generated === undefined || commit === undefined)
  throw new Error('which generated folder, of which commit?');
main(generated, commit).catch((error: unknown) => {
  process.exitCode = 1;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
});
