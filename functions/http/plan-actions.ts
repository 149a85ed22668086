import { z } from 'zod';
import { ReasonInput } from '../../shared/contracts/api';
import { PlanHead } from '../../shared/contracts/planning/plan';
import {
  PlanApprovalInput,
  PlanConfirmationInput,
  PlanEditsInput,
  PlanInput,
  StartInput,
  UndoInput,
} from '../../shared/contracts/planning/plan-input';
import { Slug } from '../../shared/contracts/primitives';
import type { Principal } from '../../shared/contracts/principal';
import { Wave } from '../../shared/contracts/wave';
import type { ContentLedger } from '../../shared/ledger/content-ledger';
import { approvePlan, confirmPlannedWave } from '../../shared/ledger/plan-approval';
import { editPlan, putPlan, replanPlan, type PlanOutcome } from '../planning/plan-versions';
import { startPlannedWave, type StartOutcome } from '../planning/start-planned-wave';
import { undoPlanEdit } from '../planning/undo-edit';
import { etag } from './edge/preconditions';
import { json, problem, type Reply } from './edge/reply';
import { route, type Access, type Route } from './edge/route';
import { PlanAnswer, planAnswer } from './plan-views';
import { APPROVERS, DECIDERS, PLANNERS } from './roles';

const Id = z.object({ id: Slug });
const OneWave = Id.extend({ number: z.coerce.number().int().min(1).max(1_000_000_000) });

const answer = (status: number, outcome: PlanOutcome): Reply =>
  json(status, planAnswer(outcome), { etag: etag(outcome.plan.version) });

/** A change of a plan that makes a version of it. */
const changing = <Body extends z.ZodType>(
  operation: string,
  path: string,
  summary: string,
  schema: Body,
  change: (ledger: ContentLedger, by: Principal, id: string, body: z.infer<Body>) => Promise<PlanOutcome>,
): Route =>
  route({
    operation,
    method: 'POST',
    path: `plans/{id}/${path}`,
    summary,
    access: PLANNERS,
    params: Id,
    query: z.object({}),
    body: { schema, consumes: 'json' },
    idempotent: true,
    responses: { 200: { description: 'The plan as it is now, and what is different.', schema: PlanAnswer } },
    refusals: [404, 409],
    handle: async ({ principal, params, body }, { ledger, journal }) =>
      answer(200, await change({ ...ledger, journal }, principal, params.id, body)),
  });

/** Something a person says of a plan as it stands. */
const saying = <Params extends z.ZodObject, Body extends z.ZodType>(
  operation: string,
  path: string,
  summary: string,
  access: Access,
  params: Params,
  schema: Body,
  say: (
    ledger: ContentLedger,
    by: Principal,
    params: z.infer<Params>,
    body: z.infer<Body>,
  ) => Promise<PlanHead>,
): Route =>
  route({
    operation,
    method: 'POST',
    path: `plans/{id}/${path}`,
    summary,
    access,
    params,
    query: z.object({}),
    body: { schema, consumes: 'json' },
    idempotent: true,
    responses: { 200: { description: 'The plan.', schema: PlanHead } },
    refusals: [404, 409],
    handle: async ({ principal, params: at, body }, { ledger, journal }) =>
      json(200, PlanHead.parse(await say({ ...ledger, journal }, principal, at, body))),
  });

export const planActionRoutes = [
  route({
    operation: 'putPlan',
    method: 'PUT',
    path: 'plans/{id}',
    summary:
      'Plans a portfolio (If-None-Match: *), or plans anew with other settings (If-Match). Voids its approval.',
    access: PLANNERS,
    params: Id,
    query: z.object({}),
    body: { schema: PlanInput, consumes: 'json' },
    condition: 'put',
    idempotent: true,
    responses: {
      200: { description: 'Planned anew, and what is different.', schema: PlanAnswer },
      201: { description: 'Planned.', schema: PlanAnswer },
    },
    refusals: [404],
    handle: async ({ principal, params, body, condition }, { ledger, journal }) => {
      const version = condition.kind === 'version' ? condition.version : null;
      const outcome = await putPlan({ ...ledger, journal }, principal, params.id, body, version);
      return answer(version === null ? 201 : 200, outcome);
    },
  }),
  changing(
    'replanPlan',
    'replan',
    'Plans over the portfolio as it is now (R11).',
    ReasonInput,
    (ledger, by, id, { reason }) => replanPlan(ledger, by, id, reason),
  ),
  changing(
    'editPlan',
    'edits',
    'Asks for what the rules would not do: pin, together, apart, exclude, cap, date, method, ignore-dependency (R11 R46).',
    PlanEditsInput,
    (ledger, by, id, { edits }) => editPlan(ledger, by, id, edits),
  ),
  changing(
    'undoPlanEdit',
    'undo',
    'Takes one edit back, the newest where none is named: another version without it (R11).',
    UndoInput,
    (ledger, by, id, body) => undoPlanEdit(ledger, by, id, body),
  ),
  saying(
    'approvePlan',
    'approve',
    'Approves in writing the content with this hash; not for those who shaped it (R63 R64).',
    APPROVERS,
    Id,
    PlanApprovalInput,
    (ledger, by, { id }, body) => approvePlan(ledger, by, id, body),
  ),
  saying(
    'confirmPlannedWave',
    'waves/{number}/confirm',
    'Agrees as a stakeholder to the dates, durations and dependencies of a wave (R62).',
    DECIDERS,
    OneWave,
    PlanConfirmationInput,
    (ledger, by, { id, number }, { contentHash }) => confirmPlannedWave(ledger, by, id, number, contentHash),
  ),
  route({
    operation: 'startPlannedWave',
    method: 'POST',
    path: 'plans/{id}/waves/{number}/start',
    summary:
      'Makes the workloads and the wave that the approved plan has, and starts it: now, or by itself at the begin of its window (R39).',
    access: PLANNERS,
    params: OneWave,
    query: z.object({ when: z.enum(['now', 'scheduled']).default('now') }),
    body: { schema: StartInput, consumes: 'json' },
    idempotent: true,
    responses: { 202: { description: 'Accepted; Operation-Location says how it goes on.', schema: Wave } },
    refusals: [404, 409],
    handle: async ({ principal, params, query, body, url }, { ledger, journal }) => {
      const { id, number } = params;
      const started = await startPlannedWave({ ...ledger, journal }, principal, id, number, query.when, body);
      if (started.kind === 'incomplete') return incomplete(number, started.missing);
      const prefix = url.pathname.slice(0, url.pathname.lastIndexOf('/plans/'));
      const location = `${prefix}/waves/${started.wave.id}`;
      return json(202, started.wave, { 'operation-location': location, 'retry-after': '2' });
    },
  }),
];

/** All that is to be supplied first, by name. */
const incomplete = (
  number: number,
  missing: Extract<StartOutcome, { kind: 'incomplete' }>['missing'],
): Reply => {
  const names = missing.map(({ workloadId, field }) =>
    workloadId === '' ? field : `${workloadId}: ${field}`,
  );
  const detail = `wave ${number} cannot start; supply first: ${names.join(', ')}`;
  const errors = missing.slice(0, 200).map(({ expected, value }, index) => ({
    field: (names[index] ?? '').slice(0, 200),
    value,
    expected: expected.slice(0, 500),
  }));
  return problem(409, 'conflict', detail.slice(0, 2_000), { errors });
};
