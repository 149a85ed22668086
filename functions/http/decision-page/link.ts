import { z } from 'zod';
import { problem, type Reply } from '../edge/reply';
import type { HttpServices } from '../services';
import { checkLink } from './gate-link';

export const Link = z
  .string({ error: 'open this page by the whole link of the message that asked you: it ends with ?link=…' })
  .regex(/^\d{1,12}\.[A-Za-z0-9_-]{43}$/, 'use the link as it was sent');

/** Null for a good link, else why it opens nothing. */
export async function refuseLink(
  { ledger }: Pick<HttpServices, 'ledger'>,
  gateId: string,
  link: string,
): Promise<Reply | null> {
  const verdict = await checkLink(ledger, gateId, link);
  if (verdict === 'valid') return null;
  return verdict === 'expired'
    ? problem(
        410,
        'link-expired',
        'This link has expired. The newest reminder has a new one, as long as the gate is open.',
      )
    : problem(403, 'link-invalid', 'This link was not made here, or not for this gate.');
}

/** Back to the page that a link opens. */
export const seeGate = (id: string, link: string): Reply => ({
  status: 303,
  headers: { location: `/api/gates/${id}/decide?link=${link}` },
});
