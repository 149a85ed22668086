import { z } from 'zod';
import { InventoryImportResult } from '../../shared/contracts/planning/import';
import { InventoryWorkload, PortfolioHead } from '../../shared/contracts/planning/portfolio';
import { Slug } from '../../shared/contracts/primitives';
import { portfolioType } from '../../shared/ledger/documents';
import { inventoryWorkload, portfolioContent, readPortfolio } from '../../shared/ledger/portfolios';
import { importFiles } from '../planning/import-files';
import { PageQuery, pageOf, pageOfList, pageRequest, toPage } from './edge/paging';
import { etag } from './edge/preconditions';
import { json } from './edge/reply';
import { route } from './edge/route';
import { PLANNERS, READERS } from './roles';

const Id = z.object({ id: Slug });
const OneOf = z.object({ id: Slug, workload: Slug });

const ImportInput = z.object({
  files: z.array(z.file()).min(1).max(50),
  /** JSON or YAML that says what the columns and values of an export mean. */
  mapping: z.string().max(1_000_000).optional(),
  /** The files list only a part of what there is: nothing is gone. */
  partial: z.enum(['true', 'false']).default('false'),
  /** Without it the import only says what it would change. */
  apply: z.enum(['true', 'false']).default('false'),
});

export const portfolioRoutes = [
  route({
    operation: 'listPortfolios',
    method: 'GET',
    path: 'portfolios',
    summary: 'Portfolios in order of id.',
    access: READERS,
    params: z.object({}),
    query: PageQuery,
    responses: { 200: { description: 'A page of portfolios.', schema: pageOf(PortfolioHead) } },
    handle: async ({ query, url }, { ledger }) => {
      const page = await ledger.store.find(portfolioType, 'all', { equals: 'portfolio' }, pageRequest(query));
      return json(
        200,
        toPage(page, url, (portfolio) => PortfolioHead.parse(portfolio)),
      );
    },
  }),
  route({
    operation: 'getPortfolio',
    method: 'GET',
    path: 'portfolios/{id}',
    summary: 'What a portfolio holds, with its version as ETag.',
    access: READERS,
    params: Id,
    query: z.object({}),
    responses: { 200: { description: 'The portfolio without its workloads.', schema: PortfolioHead } },
    refusals: [404],
    handle: async ({ params }, { ledger }) => {
      const { body, version } = await readPortfolio(ledger, params.id);
      return json(200, PortfolioHead.parse(body), { etag: etag(version) });
    },
  }),
  route({
    operation: 'importInventory',
    method: 'POST',
    path: 'portfolios/{id}/imports',
    summary:
      'Reads exports of other tools (CSV, XLSX, YAML, JSON, also gzip) into the portfolio; without `apply=true` it only says what would change.',
    access: PLANNERS,
    params: Id,
    query: z.object({}),
    body: { schema: ImportInput, consumes: 'multipart' },
    idempotent: true,
    responses: {
      200: {
        description: 'What was found and what becomes of it. With any error nothing is changed.',
        schema: InventoryImportResult,
      },
    },
    handle: async ({ principal, params, body }, { ledger, journal, tables }) => {
      const { files, mapping, partial, apply } = body;
      const request = {
        files,
        mapping: mapping ?? null,
        isPartial: partial === 'true',
        apply: apply === 'true',
      };
      return json(200, await importFiles({ ...ledger, journal }, tables, principal, params.id, request));
    },
  }),
  route({
    operation: 'listInventory',
    method: 'GET',
    path: 'portfolios/{id}/workloads',
    summary:
      'Workloads of a portfolio in order of id, all or those whose id, name, owner, business unit or servers have the text.',
    access: READERS,
    params: Id,
    query: PageQuery.extend({ text: z.string().min(1).max(200).optional() }),
    responses: { 200: { description: 'A page of workloads.', schema: pageOf(InventoryWorkload) } },
    refusals: [404],
    handle: async ({ params, query, url }, { ledger, journal }) => {
      const { body } = await readPortfolio(ledger, params.id);
      const { workloads } = await portfolioContent({ ...ledger, journal }, body);
      const found = query.text === undefined ? workloads : workloads.filter(hasText(query.text));
      return json(
        200,
        pageOfList(found, query, url, (workload) => workload),
      );
    },
  }),
  route({
    operation: 'getInventoryWorkload',
    method: 'GET',
    path: 'portfolios/{id}/workloads/{workload}',
    summary: 'All that is known of a workload of a portfolio, with the version of the portfolio as ETag.',
    access: READERS,
    params: OneOf,
    query: z.object({}),
    responses: { 200: { description: 'The workload.', schema: InventoryWorkload } },
    refusals: [404],
    handle: async ({ params: { id, workload } }, { ledger, journal }) => {
      const { body, version } = await readPortfolio(ledger, id);
      const content = await portfolioContent({ ...ledger, journal }, body);
      return json(200, inventoryWorkload(content, id, workload), { etag: etag(version) });
    },
  }),
];

const hasText = (text: string) => {
  const wanted = text.toLowerCase();
  return ({ id, name, owner, businessUnit, servers }: InventoryWorkload): boolean =>
    [id, name, owner, businessUnit, ...servers.map((server) => server.name)].some(
      (each) => each?.toLowerCase().includes(wanted) === true,
    );
};
