import { MigrationError } from '../contracts/errors';
import type { Principal } from '../contracts/principal';
import type { Template, TemplateInput } from '../contracts/template';
import { templateHash } from '../domain/environments';
import { templateProblem } from '../domain/template-parameters';
import { create } from '../ports/store';
import { templateId, templatePartition, templateType } from './documents';
import { findAll } from './find-all';
import { nowIso, type Ledger } from './ledger';

/** A template that comes with Causeway, as its catalogue holds it. */
export const builtIn = (input: TemplateInput): Template => ({
  ...input,
  hash: templateHash(input.template),
  contributedBy: null,
  createdAt: null,
});

/** Where templates are looked for: first among those that come with Causeway. */
export interface TemplateCatalogue {
  readonly ledger: Pick<Ledger, 'store'>;
  readonly builtIns: readonly Template[];
}

/** Null where there is none. */
export const findTemplate = async (
  { ledger, builtIns }: TemplateCatalogue,
  name: string,
  version: number,
): Promise<Template | null> => {
  const own = builtIns.find((template) => template.name === name && template.version === version);
  if (own) return own;
  return (await ledger.store.read(templateType, templatePartition(name), templateId(version)))?.body ?? null;
};

/** All templates by name and version. */
export const listTemplates = async ({ ledger, builtIns }: TemplateCatalogue): Promise<Template[]> => {
  const found = [...builtIns];
  for await (const { body } of findAll(ledger.store, templateType, 'all', 'template')) found.push(body);
  return found.sort((a, b) => a.name.localeCompare(b.name, 'en') || a.version - b.version);
};

/** Takes in a template (R71). `already-exists` where the version is taken: a version never changes. */
export const contributeTemplate = async (
  catalogue: TemplateCatalogue & { readonly ledger: Ledger },
  { name: by }: Principal,
  input: TemplateInput,
): Promise<Template> => {
  const problem = templateProblem(input.template);
  if (problem !== null) throw new MigrationError('invalid-input', problem, { field: 'template' });
  if (await findTemplate(catalogue, input.name, input.version))
    throw new MigrationError(
      'already-exists',
      `${input.name} ${input.version} is there: add the next version`,
      {
        field: 'version',
      },
    );
  const { ledger } = catalogue;
  const template: Template = {
    ...input,
    hash: templateHash(input.template),
    contributedBy: by,
    createdAt: nowIso(ledger),
  };
  await ledger.store.commit(templatePartition(input.name), [
    create(templateType, templateId(input.version), template),
  ]);
  return template;
};
