import { z } from 'zod';
import { DeadLetter, SubscriptionName } from '../../shared/contracts/dead-letter';
import { MigrationError } from '../../shared/contracts/errors';
import { pageOf, PageQuery, toPage } from './edge/paging';
import { json } from './edge/reply';
import { route } from './edge/route';
import { OPERATORS, READERS } from './roles';

const SequenceNumber = z.coerce.number().int().min(0);
const Replayed = z.object({ subscription: SubscriptionName, sequenceNumber: SequenceNumber });

/** What subscribers gave up on: somebody mends the cause, then has it delivered again. */
export const deadLetterRoutes = [
  route({
    operation: 'listDeadLetters',
    method: 'GET',
    path: 'dead-letters',
    summary: 'Events that a subscription gave up on, in order of their sequence numbers.',
    access: READERS,
    params: z.object({}),
    query: PageQuery.extend({
      subscription: SubscriptionName,
      continuation: z
        .string()
        .regex(/^\d{1,16}$/)
        .optional(),
    }),
    responses: { 200: { description: 'A page of dead letters.', schema: pageOf(DeadLetter) } },
    refusals: [404],
    handle: async ({ query, url }, { deadLetters }) => {
      const found = await deadLetters.list(query.subscription, Number(query.continuation ?? 0), query.top);
      const last = found.length === query.top ? found.at(-1) : undefined;
      const items = found.map((body) => ({ body }));
      const page = { items, continuation: last === undefined ? null : String(last.sequenceNumber) };
      return json(
        200,
        toPage(page, url, (letter) => letter),
      );
    },
  }),
  route({
    operation: 'replayDeadLetter',
    method: 'POST',
    path: 'dead-letters/{subscription}/{sequenceNumber}/replay',
    summary: 'Delivers a dead letter to its subscription again, with all its attempts.',
    access: OPERATORS,
    params: z.object({ subscription: SubscriptionName, sequenceNumber: SequenceNumber }),
    query: z.object({}),
    idempotent: true,
    responses: { 200: { description: 'It is delivered again.', schema: Replayed } },
    refusals: [404],
    handle: async ({ params: { subscription, sequenceNumber } }, { deadLetters }) => {
      const outcome = await deadLetters.replay(subscription, sequenceNumber);
      if (outcome === 'replayed') return json(200, { subscription, sequenceNumber });
      const name = `${subscription}/${sequenceNumber}`;
      throw new MigrationError('not-found', `there is no dead letter ${name} that could be delivered`);
    },
  }),
];
