import { z } from 'zod';
import { Slug } from '../../shared/contracts/primitives';
import { writeCalendar } from '../../shared/domain/calendars/write-calendar';
import type { Document } from '../../shared/domain/planning/documents/document';
import { planDocument } from '../../shared/domain/planning/documents/plan-document';
import { DOCUMENT_TYPES, DocumentFormat, writeDocument } from '../planning/write-document';
import { openPlan, openPlanWithPortfolio, sheetOfWave } from '../planning/open-plan';
import type { Reply } from './edge/reply';
import { route } from './edge/route';
import { READERS } from './roles';
import type { HttpServices } from './services';

const Query = z.object({
  format: DocumentFormat.default('markdown'),
  /** Of a CSV: which of its tables. */
  table: z.string().min(1).max(200).optional(),
  version: z.coerce.number().int().min(1).max(1_000_000_000).optional(),
});

const written = async (
  document: Document,
  name: string,
  { format, table }: z.infer<typeof Query>,
  { workbooks }: HttpServices,
): Promise<Reply> => {
  const { bytes, contentType, extension } = await writeDocument(document, format, workbooks, table);
  return { status: 200, content: { kind: 'file', bytes, contentType, name: `${name}.${extension}` } };
};

export const planDocumentRoutes = [
  route({
    operation: 'getPlanDocument',
    method: 'GET',
    path: 'plans/{id}/document',
    summary:
      'The plan as people read it: waves, workloads, bridges, problems; Markdown, HTML, XLSX, CSV or JSON.',
    access: READERS,
    params: z.object({ id: Slug }),
    query: Query,
    responses: { 200: { description: 'A file.', schema: { mediaTypes: DOCUMENT_TYPES } } },
    refusals: [404],
    handle: async ({ params, query }, services) =>
      written(
        planDocument(await openPlanWithPortfolio(services, params.id, query.version)),
        params.id,
        query,
        services,
      ),
  }),
  route({
    operation: 'getPlannedWaveDocument',
    method: 'GET',
    path: 'plans/{id}/waves/{number}/document',
    summary:
      'The sheet of one wave that its stakeholders read and sign (R60): what moves, when, why, how it comes back.',
    access: READERS,
    params: z.object({ id: Slug, number: z.coerce.number().int().min(1).max(1_000_000) }),
    query: Query,
    responses: { 200: { description: 'A file.', schema: { mediaTypes: DOCUMENT_TYPES } } },
    refusals: [404],
    handle: async ({ params: { id, number }, query }, services) =>
      written(
        await sheetOfWave(services, id, number, query.version),
        `${id}-wave-${number}`,
        query,
        services,
      ),
  }),
  route({
    operation: 'getPlanCalendar',
    method: 'GET',
    path: 'plans/{id}/calendar',
    summary:
      'The windows of its waves as iCalendar, for calendars of people: a later version replaces the entries.',
    access: READERS,
    params: z.object({ id: Slug }),
    query: Query.pick({ version: true }),
    responses: { 200: { description: 'A file.', schema: { mediaTypes: ['text/calendar'] } } },
    refusals: [404],
    handle: async ({ params: { id }, query }, services) => {
      const { head, content } = await openPlan(services, id, query.version);
      const bytes = Buffer.from(writeCalendar({ plan: head, waves: content.waves }), 'utf8');
      const contentType = 'text/calendar; charset=utf-8';
      return { status: 200, content: { kind: 'file', bytes, contentType, name: `${id}.ics` } };
    },
  }),
];
