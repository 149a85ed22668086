import { z } from 'zod';
import { Slug } from '../../shared/contracts/primitives';
import { Template, TemplateInput, TemplateSummary } from '../../shared/contracts/template';
import { contributeTemplate, findTemplate, listTemplates } from '../../shared/ledger/templates';
import { json, problem } from './edge/reply';
import { route } from './edge/route';
import { PLANNERS, READERS } from './roles';

const Version = z.object({ name: Slug, version: z.coerce.number().int().min(1).max(10_000) });

const summaryOf = ({ template, ...rest }: Template): TemplateSummary => ({
  ...rest,
  parameters: template.parameters,
});

export const templateRoutes = [
  route({
    operation: 'listTemplates',
    method: 'GET',
    path: 'templates',
    summary: 'Templates that environments can be made by, with what they ask for (R69 R71).',
    access: READERS,
    params: z.object({}),
    query: z.object({}),
    responses: {
      200: { description: 'All templates.', schema: z.object({ value: z.array(TemplateSummary) }) },
    },
    handle: async (_call, { ledger, templates: builtIns }) =>
      json(200, { value: (await listTemplates({ ledger, builtIns })).map(summaryOf) }),
  }),
  route({
    operation: 'getTemplate',
    method: 'GET',
    path: 'templates/{name}/{version}',
    summary: 'One version of a template, whole.',
    access: READERS,
    params: Version,
    query: z.object({}),
    responses: { 200: { description: 'The template.', schema: Template } },
    refusals: [404],
    handle: async ({ params }, { ledger, templates: builtIns }) => {
      const template = await findTemplate({ ledger, builtIns }, params.name, params.version);
      return template
        ? json(200, template)
        : problem(404, 'not-found', `there is no template ${params.name} ${params.version}`);
    },
  }),
  route({
    operation: 'contributeTemplate',
    method: 'POST',
    path: 'templates',
    summary: 'Adds a template, or a further version of one (R71).',
    access: PLANNERS,
    params: z.object({}),
    query: z.object({}),
    body: { schema: TemplateInput, consumes: 'json' },
    idempotent: true,
    responses: { 201: { description: 'Added.', schema: TemplateSummary } },
    refusals: [409],
    handle: async ({ principal, body, url }, { ledger, templates: builtIns }) => {
      const template = await contributeTemplate({ ledger, builtIns }, principal, body);
      const location = `${url.pathname}/${template.name}/${template.version}`;
      return json(201, summaryOf(template), { location });
    },
  }),
];
