import { z } from 'zod';
import { ChangeRequestResult } from '../../shared/contracts/api';
import { ChangeRequestEvent } from '../../shared/contracts/wave';
import { applyChangeRequest } from '../../shared/ledger/change-requests';
import { hashSecret } from './edge/access-tokens';
import { json } from './edge/reply';
import { route } from './edge/route';

/** Name of the secret that a change tool signs with. */
export const CHANGE_REQUEST_SECRET = 'change-request-webhook';

/**
 * What change tools tell us (Standard Webhooks): approved releases, cancelled holds, rescheduled moves or holds every open wave with
 * the ticket, in the order in which it happened there. The ledger remembers the message id in the commit that applies it, so a repeated message is answered again and does
 * nothing, and one that failed half-way is taken up by its repetition.
 */
export const changeRequestRoutes = [
  route({
    operation: 'receiveChangeRequest',
    method: 'POST',
    path: 'hooks/change-requests',
    summary: 'Signed webhook of a change tool: a change was approved, rescheduled or cancelled.',
    access: { kind: 'signed', secret: CHANGE_REQUEST_SECRET },
    params: z.object({}),
    query: z.object({}),
    body: { schema: ChangeRequestEvent, consumes: 'json' },
    responses: {
      200: { description: 'Applied, now or by an earlier delivery.', schema: ChangeRequestResult },
    },
    refusals: [404, 409],
    handle: async ({ body, headers }, { ledger }) => {
      // The hash has a fixed length, so that no id is too long to be told apart from another.
      const messageId = hashSecret(headers.get('webhook-id') ?? '');
      const sentAt = new Date(Number(headers.get('webhook-timestamp')) * 1_000).toISOString();
      return json(200, { waves: await applyChangeRequest(ledger, body, messageId, sentAt) });
    },
  }),
];
