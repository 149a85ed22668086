import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IMPORTERS, LANDMARKS, plantedImports } from './planted-layers';
import { ALLOWED, HEN, REFUSED } from './planted-packages';
import { cruise, importRules, plantTree, repository } from './planted-tree';
import type { Cruise, PlantedTree } from './planted-tree';

const LANDMARK = 'export type Landmark = number;\nexport const landmark: Landmark = 1;\n';

describe('import rules', () => {
  let tree: PlantedTree;
  let cruised: Cruise;
  const rulesBroken = (file: string): string[] =>
    cruised.violations.filter(({ from }) => from === file).map(({ rule }) => rule);

  const isFine = (file: string): boolean =>
    cruised.importers.includes(file) && rulesBroken(file).length === 0;

  beforeAll(async () => {
    tree = plantTree(
      Object.fromEntries([
        ...Object.values(LANDMARKS).map((path) => [`${path}.ts`, LANDMARK]),
        ...IMPORTERS.flatMap(plantedImports).map(({ file, text }) => [file, text]),
        ...REFUSED,
        ...ALLOWED,
        HEN,
      ]),
    );
    cruised = await cruise(tree.folder);
  });
  afterAll(() => tree.remove());

  it.each(IMPORTERS)('$folder imports what it may and nothing else', (importer) => {
    const wrong = plantedImports(importer).filter(({ file, rule }) =>
      rule === null ? !isFine(file) : !rulesBroken(file).includes(rule),
    );
    expect(wrong).toEqual([]);
  });

  it.each(REFUSED)('refuses %s', (file, _text, rule) => {
    expect(rulesBroken(file)).toContain(rule);
  });

  it.each(ALLOWED)('allows %s', (file) => {
    expect(rulesBroken(file)).toEqual([]);
    expect(cruised.importers).toContain(file);
  });

  it('has no rule that none of these planted violations breaks', () => {
    const family = (rule: string): string => rule.replace(/:.*/, '');
    const broken = new Set(cruised.violations.map(({ rule }) => family(rule)));
    expect(importRules().filter((name) => !broken.has(family(name)))).toEqual([]);
  });

  it('finds no violation in this repository', async () => {
    expect((await cruise(repository)).violations).toEqual([]);
  });
});
