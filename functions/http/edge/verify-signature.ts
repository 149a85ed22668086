import { Webhook } from 'standardwebhooks';
import type { HttpServices } from '../services';
import { equalSecrets } from './access-tokens';
import { passed, problem, refused, type Checked } from './reply';

const TOLERANCE_SECONDS = 5 * 60;
const ID = /^[\x21-\x7e]{1,256}$/;

/**
 * Checks a Standard Webhooks signature over `id.timestamp.body` and answers the message id. The window is measured by the
 * application's clock. One of several signatures is enough, as a sender sends them while it changes its secret.
 */
export async function verifySignature(
  services: HttpServices,
  secretName: string,
  headers: Headers,
  body: string,
): Promise<Checked<string>> {
  const id = headers.get('webhook-id') ?? '';
  const timestamp = headers.get('webhook-timestamp') ?? '';
  const signatures = (headers.get('webhook-signature') ?? '').split(' ');
  if (!ID.test(id)) return unsigned('webhook-id is missing or not 1 to 256 printable characters.');
  if (!/^\d{1,12}$/.test(timestamp))
    return unsigned('webhook-timestamp is missing or not a number of seconds.');
  const ageSeconds = services.ledger.clock.now().getTime() / 1_000 - Number(timestamp);
  if (Math.abs(ageSeconds) > TOLERANCE_SECONDS) {
    return unsigned(`webhook-timestamp is more than ${TOLERANCE_SECONDS} seconds away from now.`);
  }
  const webhook = new Webhook(await services.secrets.read(secretName));
  const expected = webhook.sign(id, new Date(Number(timestamp) * 1_000), body);
  if (signatures.some((signature) => equalSecrets(signature, expected))) return passed(id);
  return unsigned('No webhook-signature fits the body.');
}

const unsigned = (detail: string) =>
  refused(
    problem(401, 'unauthenticated', detail, {
      headers: { 'www-authenticate': 'StandardWebhooks realm="causeway"' },
    }),
  );
