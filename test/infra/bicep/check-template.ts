import { checkModules, checkReferences } from './check-references';
import { checkOutputs, checkResources, checkSecurity, type ResourceTypes } from './check-resources';
import { readTemplate, type Template } from './template';
import { openBicepParser, syntaxErrors, type Finding } from './parse-bicep';
import { readJson, resolveModule } from './read-infra';

export const resourceTypes = (): ResourceTypes =>
  (readJson('types/resource-types.json') as { types: ResourceTypes }).types;

/** All that can be said of a template without the compiler. */
export const checkTemplate = (
  template: Template,
  templates: ReadonlyMap<string, Template>,
  types: ResourceTypes,
): Finding[] => [
  ...checkResources(template, types),
  ...checkSecurity(template),
  ...checkOutputs(template),
  ...checkReferences(template),
  ...checkModules(template, templates, resolveModule),
];

/** The same of a text that is no file; what it finds wrong, in words. */
export const checkText = async (
  text: string,
  templates: ReadonlyMap<string, Template> = new Map(),
): Promise<string[]> => {
  const root = (await openBicepParser()).parse(text);
  const errors = syntaxErrors('main.bicep', root);
  const found =
    errors.length > 0 ? errors : checkTemplate(readTemplate('main.bicep', root), templates, resourceTypes());
  return found.map(({ what }) => what);
};
