import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from '@jest/globals';
import { checkResources, type ResourceTypes } from './bicep/check-resources';
import { descendants, openBicepParser, type BicepParser, type Node } from './bicep/parse-bicep';
import { INFRA, readTemplates } from './bicep/read-infra';
import { literalOf, readTemplate, type Template } from './bicep/template';
import { describeWithTypes } from './types/describe-with-types';
import { readResourceTypes } from './types/read-resource-types';

/** Where any name is right: tags, the identities of an app, its settings, the notifications of a budget. */
const ANY_NAME = /^(tags|userAssignedIdentities|notifications)$/;

const enclosing = (node: Node): string[] => {
  const names: string[] = [];
  for (let at = node.parent; at !== null; at = at.parent)
    if (at.type === 'object_property') names.push(at.namedChildren[0]?.text ?? '');
  return names;
};

/** Names of properties in what resources are given, but for those that may be any. */
const propertyNames = (template: Template): Node[] =>
  template.resources
    .flatMap(({ node }) => [...descendants(node)])
    .filter((node) => node.type === 'object_property' && node.namedChildren[0]?.type === 'identifier')
    .filter((node) => !node.text.startsWith('resource ') && !isArgument(node))
    .filter((node) => !ANY_NAME.test(enclosing(node)[0] ?? ''))
    .map((node) => node.namedChildren[0]!)
    .filter((name, index, all) => all.findIndex(({ id }) => id === name.id) === index);

/** An object that a function is given is no property of the resource as it stands. */
const isArgument = (node: Node): boolean => {
  for (let at = node.parent; at !== null; at = at.parent) if (at.type === 'arguments') return true;
  return false;
};

const misspell = (text: string, { startIndex, endIndex }: Node): string =>
  `${text.slice(0, startIndex)}${text.slice(startIndex, endIndex)}x${text.slice(endIndex)}`;

describeWithTypes('R95 every property that a template gives a resource', (generated) => {
  let parser: BicepParser;
  let templates: ReadonlyMap<string, Template>;
  let types: ResourceTypes;
  beforeAll(async () => {
    parser = await openBicepParser();
    templates = await readTemplates();
    types = readResourceTypes(generated, templates.values()).types;
  });

  const isFound = ({ file }: Template, text: string): boolean =>
    checkResources(readTemplate(file, parser.parse(text)), types).length > 0;

  it('is not known any more once its name is misspelt', () => {
    const missed: string[] = [];
    let tried = 0;
    for (const template of templates.values()) {
      const text = readFileSync(join(INFRA, template.file), 'utf8');
      for (const name of propertyNames(template)) {
        tried += 1;
        if (!isFound(template, misspell(text, name)))
          missed.push(`${template.file}:${name.startPosition.row + 1} ${name.text}`);
      }
    }
    expect(missed).toEqual([]);
    expect(tried).toBeGreaterThan(300);
  });

  it('takes none but the words that the definitions list', () => {
    const template = templates.get('modules/network.bicep')!;
    const text = readFileSync(join(INFRA, template.file), 'utf8');
    const words = [...descendants(template.root)].filter((node) =>
      /^(Allow|Deny|Inbound|Tcp|Static|NetworkSecurityGroupEnabled)$/.test(literalOf(node) ?? ''),
    );
    expect(words.length).toBeGreaterThan(5);
    for (const { startIndex, endIndex } of words)
      expect(
        isFound(template, `${text.slice(0, endIndex - 1)}x${text.slice(endIndex - 1)}`)
          ? ''
          : text.slice(startIndex, endIndex),
      ).toBe('');
  });
});
