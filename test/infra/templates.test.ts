import { beforeAll, describe, expect, it } from '@jest/globals';
import { checkTemplate, resourceTypes } from './bicep/check-template';
import { readTemplates } from './bicep/read-infra';
import type { Template } from './bicep/template';

/**
 * The templates against the public type definitions and against each other. It proves nothing about expressions, regions, SKUs that
 * a region lacks or what the service itself refuses: the pipeline's `bicep build` and what-if, and infra/README.md, do.
 */
describe('R88 R115 the templates that deploy Causeway', () => {
  let templates: ReadonlyMap<string, Template>;
  beforeAll(async () => {
    templates = await readTemplates();
  });

  it('have known types, properties and values, let in nobody without an identity, and refer to what is there', () => {
    const types = resourceTypes();
    const found = [...templates.values()].flatMap((template) => checkTemplate(template, templates, types));
    expect(found).toEqual([]);
  });

  it('are many files of one subject each, all of them used', () => {
    const called = [...templates.values()].flatMap(({ modules }) => modules.map(({ path }) => path));
    const unused = [...templates.keys()].filter((file) => file !== 'main.bicep' && !called.includes(file));
    expect(unused).toEqual([]);
    expect([...templates.values()].every(({ root }) => root.endPosition.row < 300)).toBe(true);
  });

  it('are described by an extract of the types that holds nothing else', () => {
    const used = new Set(
      [...templates.values()].flatMap(({ resources }) => resources.map(({ type }) => type)),
    );
    expect(Object.keys(resourceTypes()).sort()).toEqual([...used].sort());
  });
});
