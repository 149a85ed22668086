import { Webhook } from 'standardwebhooks';
import { MigrationError } from '../../contracts/errors';
import type { Secrets } from '../../ports/secrets';

/** The signer with a secret of this name; `secret-missing` where there is none or it is of another kind. */
export const webhookOf = async (secrets: Secrets, name: string): Promise<Webhook> => {
  const secret = await secrets.read(name);
  try {
    return new Webhook(secret);
  } catch {
    // No cause: the library's message could quote the secret.
    throw new MigrationError(
      'secret-missing',
      `Secret '${name}' is no Standard Webhooks secret (whsec_ and base64)`,
    );
  }
};

/** The receiver compares the timestamp with its own clock, so it is the system's, not the application's movable one. */
export const signature = (webhook: Webhook, id: string, body: string): Record<string, string> => {
  const now = new Date();
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    'webhook-signature': webhook.sign(id, now, body),
  };
};

/** Where a 202 says that the answer will be; null where that is another origin, which gets no signed request. */
export const sameOrigin = (location: string, base: string): string | null => {
  if (!URL.canParse(location, base)) return null;
  const url = new URL(location, base);
  return url.origin === new URL(base).origin ? url.href : null;
};
