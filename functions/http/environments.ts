import { z } from 'zod';
import { ReasonInput } from '../../shared/contracts/api';
import {
  AppliedInput,
  ChecklistInput,
  Environment,
  EnvironmentDefinition,
  EnvironmentInput,
  WhatIf,
  type EnvironmentAction,
} from '../../shared/contracts/environment';
import { Slug } from '../../shared/contracts/primitives';
import { environmentPartition, environmentType, whatIfType } from '../../shared/ledger/documents';
import { setChecklist } from '../../shared/ledger/environment-checklist';
import { NEWEST, recordApplied } from '../../shared/ledger/environment-run';
import { createEnvironment, readEnvironment, requestAction } from '../../shared/ledger/environments';
import { PageQuery, pageOf, pageRequest, toPage } from './edge/paging';
import { etag } from './edge/preconditions';
import { json, problem } from './edge/reply';
import { route, type Route } from './edge/route';
import { OPERATORS, PLANNERS, READERS } from './roles';

const Id = z.object({ id: Slug });
const POLL = { 'retry-after': '2' };

const whyNotPredicted = ({ id, status, problem: why }: Environment): string => {
  if (why === null) return `nothing was predicted for ${id} yet: it is ${status}`;
  return `nothing was predicted for ${id}: it was ${status}: ${why.reason} (${why.code})`.slice(0, 2_000);
};

/** An action that goes on in the background; how is told by the environment itself. */
const action = <Body extends typeof ReasonInput>(
  name: EnvironmentAction,
  summary: string,
  schema: Body,
): Route =>
  route({
    operation: `${name}Environment`,
    method: 'POST',
    path: `environments/{id}/${name}`,
    summary,
    access: OPERATORS,
    params: Id,
    query: z.object({}),
    body: { schema, consumes: 'json' },
    idempotent: true,
    responses: {
      202: { description: 'Accepted; Operation-Location says how it goes on.', schema: Environment },
    },
    refusals: [404, 409],
    handle: async ({ principal, params, body, url }, { ledger, templates: builtIns }) => {
      const asked = await requestAction({ ledger, builtIns }, principal, params.id, name, body);
      const location = url.pathname.slice(0, -`/${name}`.length);
      return json(202, asked, { 'operation-location': location, ...POLL });
    },
  });

export const environmentRoutes = [
  route({
    operation: 'listEnvironments',
    method: 'GET',
    path: 'environments',
    summary: 'Environments in order of id, all or those of a workload.',
    access: READERS,
    params: z.object({}),
    query: PageQuery.extend({ workload: Slug.optional() }),
    responses: { 200: { description: 'A page of environments.', schema: pageOf(Environment) } },
    handle: async ({ query, url }, { ledger }) => {
      const [index, equals] =
        query.workload === undefined ? ['all', 'environment'] : ['workload', query.workload];
      const page = await ledger.store.find(environmentType, index, { equals }, pageRequest(query));
      return json(
        200,
        toPage(page, url, (environment) => environment),
      );
    },
  }),
  route({
    operation: 'getEnvironment',
    method: 'GET',
    path: 'environments/{id}',
    summary: 'One environment: where it stands, what it consists of, what the last inspection found.',
    access: READERS,
    params: Id,
    query: z.object({}),
    responses: { 200: { description: 'The environment.', schema: Environment } },
    refusals: [404],
    handle: async ({ params }, { ledger }) => {
      const { body, version } = await readEnvironment(ledger, params.id);
      return json(200, body, { etag: etag(version) });
    },
  }),
  route({
    operation: 'getWhatIf',
    method: 'GET',
    path: 'environments/{id}/what-if',
    summary: 'What provisioning would change, resource by resource, as it was put up for approval.',
    access: READERS,
    params: Id,
    query: z.object({}),
    responses: { 200: { description: 'The newest prediction.', schema: WhatIf } },
    refusals: [404],
    handle: async ({ params }, { ledger }) => {
      const { body } = await readEnvironment(ledger, params.id);
      const stored = await ledger.store.read(whatIfType, environmentPartition(params.id), NEWEST);
      return stored ? json(200, stored.body) : problem(404, 'not-found', whyNotPredicted(body));
    },
  }),
  route({
    operation: 'createEnvironment',
    method: 'POST',
    path: 'environments',
    summary: 'Describes an environment of a workload and asks for its provisioning (R72 R88).',
    access: PLANNERS,
    params: z.object({}),
    query: z.object({}),
    body: { schema: EnvironmentInput, consumes: 'json' },
    idempotent: true,
    responses: { 202: { description: 'Accepted; Location says how it goes on.', schema: Environment } },
    refusals: [409],
    handle: async ({ principal, body, url }, { ledger, templates: builtIns }) => {
      const stored = await createEnvironment({ ledger, builtIns }, principal, body);
      const location = `${url.pathname}/${body.id}`;
      return json(202, stored.body, { location, 'operation-location': location, ...POLL });
    },
  }),
  action(
    'provision',
    'Provisions again, by the same or another definition.',
    ReasonInput.extend({ definition: EnvironmentDefinition.optional() }),
  ),
  action(
    'inspect',
    'Looks at health, drift, policy, access and posture, and goes through the checklist (R93 R95 R132 R134).',
    ReasonInput,
  ),
  route({
    operation: 'putChecklist',
    method: 'PUT',
    path: 'environments/{id}/checklist',
    summary: 'Replaces the checklist that the environment has to fulfil, by its next version (R94 R95).',
    access: PLANNERS,
    params: Id,
    query: z.object({}),
    body: { schema: ChecklistInput, consumes: 'json' },
    condition: 'replace',
    idempotent: true,
    responses: { 200: { description: 'Replaced; inspect goes through it.', schema: Environment } },
    refusals: [404, 409],
    handle: async ({ principal, params, body, condition }, { ledger }) => {
      if (condition.kind !== 'version') return problem(428, 'precondition-required', 'Send If-Match.');
      const stored = await setChecklist(ledger, principal, params.id, body, condition.version);
      return json(200, stored.body, { etag: etag(stored.version) });
    },
  }),
  action('remove', 'Lists what Causeway made, and deletes it once that is approved.', ReasonInput),
  route({
    operation: 'reportApplied',
    method: 'POST',
    path: 'environments/{id}/applied',
    summary: "Tells that the customer's own pipeline has applied the plan that was approved (R88).",
    access: OPERATORS,
    params: Id,
    query: z.object({}),
    body: { schema: AppliedInput, consumes: 'json' },
    idempotent: true,
    responses: { 200: { description: 'Recorded.', schema: Environment } },
    refusals: [404, 409],
    handle: async ({ principal, params, body }, { ledger }) => {
      await recordApplied(ledger, principal, params.id, body);
      return json(200, (await readEnvironment(ledger, params.id)).body);
    },
  }),
];
