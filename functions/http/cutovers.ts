import { z } from 'zod';
import { CutoverSummary, CutoverView } from '../../shared/contracts/api';
import { MigrationError } from '../../shared/contracts/errors';
import { AssetLimits } from '../../shared/contracts/limits';
import { PostgresLimits } from '../../shared/contracts/postgres';
import { CutoverId, Slug } from '../../shared/contracts/primitives';
import { TransferLimits } from '../../shared/contracts/transfer';
import { readCutover } from '../../shared/ledger/cutovers';
import {
  cutoverPartition,
  cutoverType,
  databaseProgressType,
  progressType,
} from '../../shared/ledger/documents';
import { changeLimits, readLimits } from '../../shared/ledger/limits';
import { PageQuery, pageOf, pageRequest, toPage } from './edge/paging';
import { etag } from './edge/preconditions';
import { json, problem } from './edge/reply';
import { route } from './edge/route';
import { toLines } from './edge/to-lines';
import { OPERATORS, READERS } from './roles';

const Id = z.object({ id: CutoverId });
const Asset = Id.extend({ asset: Slug });
const Limits = z.union([TransferLimits, PostgresLimits]);

export const cutoverRoutes = [
  route({
    operation: 'listCutovers',
    method: 'GET',
    path: 'cutovers',
    summary: 'Cutovers in order of id, all or those of a wave.',
    access: READERS,
    params: z.object({}),
    query: PageQuery.extend({ wave: Slug.optional() }),
    responses: { 200: { description: 'A page of cutovers.', schema: pageOf(CutoverSummary) } },
    handle: async ({ query, url }, { ledger }) => {
      const [index, equals] = query.wave === undefined ? ['all', 'cutover'] : ['wave', query.wave];
      const page = await ledger.store.find(cutoverType, index, { equals }, pageRequest(query));
      return json(
        200,
        toPage(page, url, (cutover) => CutoverSummary.parse(cutover)),
      );
    },
  }),
  route({
    operation: 'getCutover',
    method: 'GET',
    path: 'cutovers/{id}',
    summary: 'One cutover with its stages, evidence, passes, outage and present progress.',
    access: READERS,
    params: Id,
    query: z.object({}),
    responses: { 200: { description: 'The cutover.', schema: CutoverView } },
    refusals: [404],
    handle: async ({ params }, { ledger }) => {
      const { body } = await readCutover(ledger, params.id);
      const partition = cutoverPartition(params.id);
      const [progress, databases] = await Promise.all([
        ledger.store.list(progressType, partition),
        ledger.store.list(databaseProgressType, partition),
      ]);
      return json(200, {
        ...body,
        progress: progress.items.map((item) => item.body),
        databases: databases.items.map((item) => item.body),
      });
    },
  }),
  route({
    operation: 'getLimits',
    method: 'GET',
    path: 'cutovers/{id}/assets/{asset}/limits',
    summary: 'How fast an asset may move, with the version of that as ETag.',
    access: READERS,
    params: Asset,
    query: z.object({}),
    responses: { 200: { description: 'The limits that hold.', schema: Limits } },
    refusals: [404],
    handle: async ({ params }, { ledger }) => {
      const { limits, version } = await readLimits(ledger, params.id, params.asset);
      return json(200, limits, { etag: etag(version) });
    },
  }),
  route({
    operation: 'putLimits',
    method: 'PUT',
    path: 'cutovers/{id}/assets/{asset}/limits',
    summary: 'Changes how fast an asset moves, also while it moves (R123 R131).',
    access: OPERATORS,
    params: Asset,
    query: z.object({}),
    body: { schema: AssetLimits, consumes: 'json' },
    condition: 'replace',
    idempotent: true,
    responses: { 200: { description: 'The limits that hold from now on.', schema: Limits } },
    refusals: [404, 409],
    handle: async ({ principal, params: { id, asset }, body, condition }, { ledger }) => {
      if (condition.kind !== 'version') return problem(428, 'precondition-required', 'Send If-Match.');
      const { limits, version } = await changeLimits(ledger, principal, id, asset, body, condition.version);
      return json(200, limits, { etag: etag(version) });
    },
  }),
  route({
    operation: 'getItemLog',
    method: 'GET',
    path: 'cutovers/{id}/assets/{asset}/items',
    summary: 'What became of every item of an asset, pass by pass, one JSON text a line (R133).',
    access: READERS,
    params: Asset,
    query: z.object({}),
    responses: { 200: { description: 'Item log.', schema: 'lines' } },
    refusals: [404],
    handle: async ({ params }, { ledger, itemLog }) => {
      const { body } = await readCutover(ledger, params.id);
      if (!body.workload.assets.some((asset) => asset.id === params.asset)) {
        throw new MigrationError('not-found', `cutover ${params.id} has no asset ${params.asset}`);
      }
      return { status: 200, content: { kind: 'lines', lines: toLines(itemLog(params.id, params.asset)) } };
    },
  }),
];
