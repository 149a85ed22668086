import { z } from 'zod';
import { WaveConfirmations } from '../../shared/contracts/planning/confirmations';
import { PlanDifference } from '../../shared/contracts/planning/difference';
import { CutDependency, PlanHead, PlannedWave, PlanProblem } from '../../shared/contracts/planning/plan';
import type { PlanContent } from '../../shared/contracts/planning/plan';
import type { RecordedPlan } from '../../shared/contracts/planning/records';
import { Slug } from '../../shared/contracts/primitives';
import { planDifferences } from '../../shared/domain/planning/differences/plan-differences';
import { confirmationsOf } from '../../shared/domain/planning/run/confirmations';
import { planType } from '../../shared/ledger/documents';
import { planContentOf, readPlan } from '../../shared/ledger/plans';
import { ownersOf } from '../planning/owners-of';
import { PageQuery, pageOf, pageOfList, pageRequest, toPage } from './edge/paging';
import { etag } from './edge/preconditions';
import { json } from './edge/reply';
import { route, type Route } from './edge/route';
import { PlannedWorkload, plannedWorkload, planView, PlanView, waveView, WaveView } from './plan-views';
import { READERS } from './roles';
import type { HttpServices } from './services';

const Id = z.object({ id: Slug });
const Version = z.coerce.number().int().min(1).max(1_000_000_000);
/** Of the newest version where none is named. */
const OfVersion = z.object({ version: Version.optional() });

interface Opened {
  readonly head: RecordedPlan;
  readonly etag: string;
  readonly version: number;
  readonly content: PlanContent;
}

const open = async (
  { ledger, journal }: HttpServices,
  id: string,
  asked: number | undefined,
): Promise<Opened> => {
  const stored = await readPlan(ledger, id);
  const version = asked ?? stored.body.version;
  const content = await planContentOf({ journal }, stored.body, version);
  return { head: stored.body, etag: etag(stored.version), version, content };
};

/** One of the lists that a version of a plan consists of. */
const listOf = <T extends z.ZodType>(
  operation: string,
  path: string,
  summary: string,
  item: T,
  list: (content: PlanContent) => readonly z.infer<T>[],
): Route =>
  route({
    operation,
    method: 'GET',
    path: `plans/{id}/${path}`,
    summary,
    access: READERS,
    params: Id,
    query: PageQuery.extend(OfVersion.shape),
    responses: { 200: { description: 'A page of them.', schema: pageOf(item) } },
    refusals: [404, 409],
    handle: async ({ params, query, url }, services) => {
      const { content } = await open(services, params.id, query.version);
      return json(
        200,
        pageOfList(list(content), query, url, (each) => each),
      );
    },
  });

export const planRoutes = [
  route({
    operation: 'listPlans',
    method: 'GET',
    path: 'plans',
    summary: 'Plans in order of id.',
    access: READERS,
    params: z.object({}),
    query: PageQuery,
    responses: { 200: { description: 'A page of plans.', schema: pageOf(PlanHead) } },
    handle: async ({ query, url }, { ledger }) => {
      const page = await ledger.store.find(planType, 'all', { equals: 'plan' }, pageRequest(query));
      return json(
        200,
        toPage(page, url, (plan) => PlanHead.parse(plan)),
      );
    },
  }),
  route({
    operation: 'getPlan',
    method: 'GET',
    path: 'plans/{id}',
    summary: 'A plan with its settings and edits; its newest version as ETag.',
    access: READERS,
    params: Id,
    query: OfVersion,
    responses: { 200: { description: 'The plan without its lists.', schema: PlanView } },
    refusals: [404, 409],
    handle: async ({ params, query }, services) => {
      const { head, content, version, etag: tag } = await open(services, params.id, query.version);
      return json(200, planView(head, content, version), { etag: tag });
    },
  }),
  listOf(
    'listPlannedWaves',
    'waves',
    'Waves of a plan in order of time (R30 R39).',
    PlannedWave,
    ({ waves }) => waves,
  ),
  route({
    operation: 'getPlannedWave',
    method: 'GET',
    path: 'plans/{id}/waves/{number}',
    summary: 'One wave of a plan with its dates, and why in sentences.',
    access: READERS,
    params: Id.extend({ number: Version }),
    query: OfVersion,
    responses: { 200: { description: 'The wave.', schema: WaveView } },
    refusals: [404, 409],
    handle: async ({ params, query }, services) => {
      const { content } = await open(services, params.id, query.version);
      return json(200, waveView(params.id, content, params.number));
    },
  }),
  route({
    operation: 'getPlannedWorkload',
    method: 'GET',
    path: 'plans/{id}/workloads/{workload}',
    summary: 'How and when a workload moves, and why in sentences (R12–R28).',
    access: READERS,
    params: Id.extend({ workload: Slug }),
    query: OfVersion,
    responses: { 200: { description: 'The workload as the plan has it.', schema: PlannedWorkload } },
    refusals: [404, 409],
    handle: async ({ params, query }, services) => {
      const { content } = await open(services, params.id, query.version);
      return json(200, plannedWorkload(params.id, content, params.workload));
    },
  }),
  listOf(
    'listCuts',
    'cuts',
    'Dependencies that the plan cuts, and what bridges them (R36 R37).',
    CutDependency,
    ({ cuts }) => cuts,
  ),
  route({
    operation: 'listPlanConfirmations',
    method: 'GET',
    path: 'plans/{id}/confirmations',
    summary: 'Who has confirmed each wave of the newest version, and which owners have not (R62).',
    access: READERS,
    params: Id,
    query: PageQuery,
    responses: { 200: { description: 'A page, by wave.', schema: pageOf(WaveConfirmations) } },
    refusals: [404, 409],
    handle: async ({ params, query, url }, services) => {
      const { head, content } = await open(services, params.id, undefined);
      const ownerOf = await ownersOf(services, head.portfolioId);
      return json(
        200,
        pageOfList(content.waves, query, url, (wave) => confirmationsOf(head, wave, ownerOf)),
      );
    },
  }),
  listOf(
    'listPlanProblems',
    'problems',
    'What the plan cannot do as asked; with an error it is not approved.',
    PlanProblem,
    ({ problems }) => problems,
  ),
  route({
    operation: 'listPlanDifferences',
    method: 'GET',
    path: 'plans/{id}/differences',
    summary: 'What one version says otherwise than another, in words; the newest two where none are named.',
    access: READERS,
    params: Id,
    query: PageQuery.extend({ from: Version.optional(), to: Version.optional() }),
    responses: { 200: { description: 'A page of differences.', schema: pageOf(PlanDifference) } },
    refusals: [404, 409],
    handle: async ({ params, query, url }, services) => {
      const later = await open(services, params.id, query.to);
      const earlier = await open(services, params.id, query.from ?? Math.max(1, later.version - 1));
      return json(
        200,
        pageOfList(planDifferences(earlier.content, later.content), query, url, (each) => each),
      );
    },
  }),
];
