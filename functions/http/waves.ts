import { z } from 'zod';
import { ReasonInput } from '../../shared/contracts/api';
import { WavePlan } from '../../shared/contracts/wave-plan';
import type { Principal } from '../../shared/contracts/principal';
import { Slug } from '../../shared/contracts/primitives';
import { Wave, WaveInput, WaveStatus } from '../../shared/contracts/wave';
import { waveType } from '../../shared/ledger/documents';
import type { Ledger } from '../../shared/ledger/ledger';
import { stopWave } from '../../shared/ledger/stop-wave';
import { holdWave, releaseWave, startWave } from '../../shared/ledger/wave-actions';
import { changeWave, createWave, planOf, readWave } from '../../shared/ledger/waves';
import { PageQuery, pageOf, pageRequest, toPage } from './edge/paging';
import { etag } from './edge/preconditions';
import { json, problem } from './edge/reply';
import { route, type Access, type Route } from './edge/route';
import { OPERATORS, PLANNERS, READERS } from './roles';

const Id = z.object({ id: Slug });

/** An action on a wave: answered at once, its effect to be followed at the wave itself. */
const action = (
  name: 'start' | 'hold' | 'release' | 'stop',
  summary: string,
  access: Access,
  act: (ledger: Ledger, principal: Principal, id: string, reason: string) => Promise<Wave>,
): Route =>
  route({
    operation: `${name}Wave`,
    method: 'POST',
    path: `waves/{id}/${name}`,
    summary,
    access,
    params: Id,
    query: z.object({}),
    body: { schema: ReasonInput, consumes: 'json' },
    idempotent: true,
    responses: { 202: { description: 'Accepted; Operation-Location says how it goes on.', schema: Wave } },
    refusals: [404, 409],
    handle: async ({ principal, params, body, url }, { ledger }) => {
      const wave = await act(ledger, principal, params.id, body.reason);
      const location = url.pathname.slice(0, -`/${name}`.length);
      return json(202, wave, { 'operation-location': location, 'retry-after': '2' });
    },
  });

export const waveRoutes = [
  route({
    operation: 'listWaves',
    method: 'GET',
    path: 'waves',
    summary: 'Waves in order of id, all or those with a status.',
    access: READERS,
    params: z.object({}),
    query: PageQuery.extend({ status: WaveStatus.optional() }),
    responses: { 200: { description: 'A page of waves.', schema: pageOf(Wave) } },
    handle: async ({ query, url }, { ledger }) => {
      const [index, equals] = query.status === undefined ? ['all', 'wave'] : ['status', query.status];
      const page = await ledger.store.find(waveType, index, { equals }, pageRequest(query));
      return json(
        200,
        toPage(page, url, (wave) => wave),
      );
    },
  }),
  route({
    operation: 'getWave',
    method: 'GET',
    path: 'waves/{id}',
    summary: 'One wave, with its version as ETag.',
    access: READERS,
    params: Id,
    query: z.object({}),
    responses: { 200: { description: 'The wave.', schema: Wave } },
    refusals: [404],
    handle: async ({ params }, { ledger }) => {
      const { body, version } = await readWave(ledger, params.id);
      return json(200, body, { etag: etag(version) });
    },
  }),
  route({
    operation: 'getWavePlan',
    method: 'GET',
    path: 'waves/{id}/plan',
    summary: 'What an approval of the wave binds: the content that the plan hash is made of.',
    access: READERS,
    params: Id,
    query: z.object({}),
    responses: { 200: { description: 'The plan, as it would be executed now.', schema: WavePlan } },
    refusals: [404],
    handle: async ({ params }, { ledger }) => {
      const { body: wave } = await readWave(ledger, params.id);
      const { hash, content } = await planOf(ledger, wave);
      return json(200, { planHash: hash, isAsPlanned: hash === wave.planHash, plan: content });
    },
  }),
  route({
    operation: 'createWave',
    method: 'POST',
    path: 'waves',
    summary: 'Plans a wave over workloads that exist.',
    access: PLANNERS,
    params: z.object({}),
    query: z.object({}),
    body: { schema: WaveInput, consumes: 'json' },
    idempotent: true,
    responses: { 201: { description: 'Planned.', schema: Wave } },
    refusals: [409],
    handle: async ({ principal, body, url }, { ledger }) => {
      const stored = await createWave(ledger, principal, body);
      return json(201, stored.body, { etag: etag(stored.version), location: `${url.pathname}/${body.id}` });
    },
  }),
  route({
    operation: 'putWave',
    method: 'PUT',
    path: 'waves/{id}',
    summary: 'Replaces the plan of a wave that has not started. A changed plan needs a new approval (R46).',
    access: PLANNERS,
    params: Id,
    query: z.object({}),
    body: { schema: WaveInput, consumes: 'json' },
    condition: 'replace',
    idempotent: true,
    responses: { 200: { description: 'Replaced.', schema: Wave } },
    refusals: [404, 409],
    handle: async ({ principal, params, body, condition }, { ledger }) => {
      if (condition.kind !== 'version') return problem(428, 'precondition-required', 'Send If-Match.');
      const stored = await changeWave(ledger, principal, params.id, body, condition.version);
      return json(200, stored.body, { etag: etag(stored.version) });
    },
  }),
  action('start', 'Sets a planned wave going.', PLANNERS, startWave),
  action('hold', 'Stops a wave from starting, or from starting further cutovers.', OPERATORS, holdWave),
  action('release', 'Takes all holds back but those of the change tool.', OPERATORS, releaseWave),
  action('stop', 'Ends a wave early: it starts nothing more and comes to its review.', OPERATORS, stopWave),
];
