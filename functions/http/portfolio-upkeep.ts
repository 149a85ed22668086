import { z } from 'zod';
import { MigrationError } from '../../shared/contracts/errors';
import { Remediation } from '../../shared/contracts/planning/classification';
import { Criticality, InventoryWorkload, TrackedItem } from '../../shared/contracts/planning/portfolio';
import { Slug } from '../../shared/contracts/primitives';
import { portfolioContent, readPortfolio } from '../../shared/ledger/portfolios';
import { confirmCriticality, correctWorkload, trackItem } from '../planning/keep-portfolio';
import { remediationsOf } from '../planning/remediations-of';
import { PageQuery, pageOf, pageOfList } from './edge/paging';
import { etag } from './edge/preconditions';
import { json, problem } from './edge/reply';
import { route } from './edge/route';
import { CONFIRMERS, DECIDERS, PLANNERS, READERS } from './roles';

const Id = z.object({ id: Slug });
const OneOf = z.object({ id: Slug, workload: Slug });

const OpenItem = Remediation.extend({ workloadId: Slug, workloadName: z.string() });

/** What people add to an inventory, and what they have to do before its workloads move. */
export const portfolioUpkeepRoutes = [
  route({
    operation: 'putInventoryWorkload',
    method: 'PUT',
    path: 'portfolios/{id}/workloads/{workload}',
    summary:
      'Replaces what the inventory says of a workload, as it was read. Another criticality has to be confirmed anew (R7).',
    access: PLANNERS,
    params: OneOf,
    query: z.object({}),
    body: { schema: InventoryWorkload, consumes: 'json' },
    condition: 'replace',
    idempotent: true,
    responses: { 200: { description: 'Replaced.', schema: InventoryWorkload } },
    refusals: [404],
    handle: async ({ principal, params, body, condition }, { ledger, journal }) => {
      if (condition.kind !== 'version') return problem(428, 'precondition-required', 'Send If-Match.');
      if (body.id !== params.workload)
        throw new MigrationError('invalid-input', `must be ${params.workload}, as in the address`, {
          field: 'id',
        });
      const contents = { ...ledger, journal };
      const { head, workload } = await correctWorkload(
        contents,
        principal,
        params.id,
        body,
        condition.version,
      );
      return json(200, workload, { etag: etag(head.version) });
    },
  }),
  route({
    operation: 'confirmCriticality',
    method: 'POST',
    path: 'portfolios/{id}/workloads/{workload}/criticality',
    summary: 'Agrees, as its owner or a lead, to the criticality that the inventory has (R7).',
    access: CONFIRMERS,
    params: OneOf,
    query: z.object({}),
    body: { schema: z.object({ criticality: Criticality }), consumes: 'json' },
    idempotent: true,
    responses: { 200: { description: 'Confirmed.', schema: InventoryWorkload } },
    refusals: [404, 409],
    handle: async ({ principal, params, body }, { ledger, journal }) => {
      const { id, workload } = params;
      const contents = { ...ledger, journal };
      return json(200, await confirmCriticality(contents, principal, id, workload, body.criticality));
    },
  }),
  route({
    operation: 'putTrackedItem',
    method: 'PUT',
    path: 'portfolios/{id}/workloads/{workload}/tracked/{key}',
    summary:
      'Says who does a prerequisite or remediation by when, and how far it is; an exception needs its reason (R3 R4 R74–R79).',
    access: DECIDERS,
    params: OneOf.extend({ key: TrackedItem.shape.key }),
    query: z.object({}),
    body: { schema: TrackedItem.omit({ key: true }), consumes: 'json' },
    idempotent: true,
    responses: { 200: { description: 'Kept; no import changes it.', schema: InventoryWorkload } },
    refusals: [404],
    handle: async ({ principal, params, body }, { ledger, journal }) => {
      const item = { ...body, key: params.key };
      return json(200, await trackItem({ ...ledger, journal }, principal, params.id, params.workload, item));
    },
  }),
  route({
    operation: 'listReadiness',
    method: 'GET',
    path: 'portfolios/{id}/readiness',
    summary:
      'What is to be done before workloads move, by workload: prerequisites (R1–R4 R7 R9 R10) and remediations (R74–R79).',
    access: READERS,
    params: Id,
    query: PageQuery.extend({
      state: TrackedItem.shape.state.optional(),
      owner: z.string().min(1).max(100).optional(),
      severity: Remediation.shape.severity.optional(),
      workload: Slug.optional(),
    }),
    responses: { 200: { description: 'A page of items.', schema: pageOf(OpenItem) } },
    refusals: [404],
    handle: async ({ params, query, url }, { ledger, journal }) => {
      const { body } = await readPortfolio(ledger, params.id);
      const content = await portfolioContent({ ...ledger, journal }, body);
      const today = ledger.clock.now().toISOString().slice(0, 10);
      const items = remediationsOf(content, today, query.workload ?? null).filter(
        ({ state, owner, severity }) =>
          (query.state === undefined || state === query.state) &&
          (query.owner === undefined || owner === query.owner) &&
          (query.severity === undefined || severity === query.severity),
      );
      return json(
        200,
        pageOfList(items, query, url, (item) => item),
      );
    },
  }),
];
