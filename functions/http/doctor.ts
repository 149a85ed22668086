import { z } from 'zod';
import { Diagnosis } from '../../shared/contracts/diagnosis';
import { json } from './edge/reply';
import { route } from './edge/route';
import { OPERATORS } from './roles';

export const doctorRoutes = [
  route({
    operation: 'diagnose',
    method: 'POST',
    path: 'diagnoses',
    summary:
      'Checks what this deployment needs, with the identity it runs as, and says how to mend what fails. Nothing of it is kept.',
    access: OPERATORS,
    params: z.object({}),
    query: z.object({}),
    responses: { 200: { description: 'What was found, healthy or not.', schema: Diagnosis } },
    handle: async (_call, { diagnose }) => json(200, await diagnose()),
  }),
];
