import { checkModules, checkReferences } from './check-references';
import { checkOutputs, checkResources, checkSecurity, type ResourceTypes } from './check-resources';
import { readTemplate, type Template } from './template';
import { openBicepParser, syntaxErrors, type Finding } from './parse-bicep';
import { resolveModule } from './read-infra';

/** What can be said of a template without the compiler and without the definitions of types. */
export const checkTemplate = (template: Template, templates: ReadonlyMap<string, Template>): Finding[] => [
  ...checkSecurity(template),
  ...checkOutputs(template),
  ...checkReferences(template),
  ...checkModules(template, templates, resolveModule),
];

/** The same of a text that is no file, and of its resources where `types` are given; what it finds wrong, in words. */
export const checkText = async (
  text: string,
  templates: ReadonlyMap<string, Template>,
  types?: ResourceTypes,
): Promise<string[]> => {
  const root = (await openBicepParser()).parse(text);
  const errors = syntaxErrors('main.bicep', root);
  if (errors.length > 0) return errors.map(({ what }) => what);
  const template = readTemplate('main.bicep', root);
  const ofTypes = types === undefined ? [] : checkResources(template, types);
  return [...ofTypes, ...checkTemplate(template, templates)].map(({ what }) => what);
};
