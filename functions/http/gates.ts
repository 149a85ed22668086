import { z } from 'zod';
import { Gate, GateAnswerInput, GateStatus } from '../../shared/contracts/gate';
import { gateType } from '../../shared/ledger/documents';
import { answerGate, readGate } from '../../shared/ledger/gates';
import { PageQuery, pageOf, pageRequest, toPage } from './edge/paging';
import { json } from './edge/reply';
import { route } from './edge/route';
import { refusedAnswer } from './gate-refusals';
import { DECIDERS, READERS } from './roles';

const Id = z.object({ id: Gate.shape.id });

export const gateRoutes = [
  route({
    operation: 'listGates',
    method: 'GET',
    path: 'gates',
    summary: 'Gates with a status in order of id; with mine=true those that the caller has a role for.',
    access: READERS,
    params: z.object({}),
    query: PageQuery.extend({
      status: GateStatus.default('open'),
      mine: z.enum(['true', 'false']).default('false'),
    }),
    responses: { 200: { description: 'A page of gates.', schema: pageOf(Gate) } },
    handle: async ({ principal, query, url }, { ledger }) => {
      const page = await ledger.store.find(gateType, 'status', { equals: query.status }, pageRequest(query));
      const mine = ({ body }: { body: Gate }) => body.roles.some((role) => principal.roles.includes(role));
      const items = query.mine === 'true' ? page.items.filter(mine) : page.items;
      return json(
        200,
        toPage({ ...page, items }, url, (gate) => gate),
      );
    },
  }),
  route({
    operation: 'getGate',
    method: 'GET',
    path: 'gates/{id}',
    summary: 'One gate with its question, choices, plan hash and decisions.',
    access: READERS,
    params: Id,
    query: z.object({}),
    responses: { 200: { description: 'The gate.', schema: Gate } },
    refusals: [404],
    handle: async ({ params }, { ledger }) => json(200, (await readGate(ledger, params.id)).body),
  }),
  route({
    operation: 'answerGate',
    method: 'POST',
    path: 'gates/{id}/answers',
    summary: 'Answers a gate in the name of the caller (R63 R64).',
    access: DECIDERS,
    params: Id,
    query: z.object({}),
    body: { schema: GateAnswerInput, consumes: 'json' },
    idempotent: true,
    responses: { 200: { description: 'The gate with the answer.', schema: Gate } },
    refusals: [404, 409],
    handle: async ({ principal, params, body }, { ledger }) => {
      const answered = await answerGate(ledger, principal, params.id, body);
      return answered.kind === 'answered' ? json(200, answered.gate) : refusedAnswer(answered);
    },
  }),
];
