import { z } from 'zod';
import { SimulationInput, SimulationResult } from '../../shared/contracts/planning/simulation';
import { Slug } from '../../shared/contracts/primitives';
import { simulateStoredPlan } from '../planning/simulate-plan';
import { json } from './edge/reply';
import { route } from './edge/route';
import { DECIDERS } from './roles';

export const planSimulationRoutes = [
  route({
    operation: 'simulatePlan',
    method: 'POST',
    path: 'plans/{id}/simulate',
    summary:
      'Runs a plan many times with durations and failures drawn: when it ends, what decides that, and what changes would win (R48). Changes nothing.',
    access: DECIDERS,
    params: z.object({ id: Slug }),
    query: z.object({}),
    body: { schema: SimulationInput, consumes: 'json' },
    responses: { 200: { description: 'What came of the runs.', schema: SimulationResult } },
    refusals: [404, 409],
    handle: async ({ params, body }, services) =>
      json(200, await simulateStoredPlan(services, params.id, body)),
  }),
];
