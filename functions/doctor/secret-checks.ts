import { MigrationError } from '../../shared/contracts/errors';
import { failed, ok, skipped, warning, type Check } from '../../shared/ports/check';
import type { OutboundHttp } from '../../shared/ports/outbound-http';
import type { Secrets } from '../../shared/ports/secrets';

const GRANT =
  'In Azure: CAUSEWAY_KEY_VAULT_URL, and Key Vault Secrets User for the identity of the application. On one machine: ' +
  'CAUSEWAY_SECRET_<NAME> or secrets.json in the data folder.';

/** Null where there is no such secret; everything else that goes wrong is thrown. */
const readOrNull = (secrets: Secrets, name: string): Promise<string | null> =>
  secrets.read(name).catch((error: unknown) => {
    if (error instanceof MigrationError && error.code === 'secret-missing') return null;
    throw error;
  });

/** Whether change tools can be believed: without their secret every message of theirs is refused. */
export const changeToolCheck = (secrets: Secrets, name: string): Check => ({
  name: 'change-tool',
  mend: GRANT,
  run: async () => {
    const secret = await readOrNull(secrets, name);
    if (secret === null) {
      return warning(
        `the secret ${name} is missing: messages of change tools are refused`,
        `Store ${name}. ${GRANT}`,
      );
    }
    return /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/.test(secret)
      ? ok(`the secret ${name} is there`)
      : failed(
          `the secret ${name} is none of Standard Webhooks`,
          'Store it as whsec_ and base64 of 24 to 64 bytes.',
        );
  },
});

/** Whether Teams can be told: the secret is an address that may be called. Nothing is sent. */
export const teamsCheck = (secrets: Secrets, http: OutboundHttp, name: string | null): Check => ({
  name: 'teams',
  mend: GRANT,
  run: async () => {
    if (name === null) return skipped('CAUSEWAY_TEAMS_WEBHOOK_SECRET is not set: questions wait in the API');
    const address = (await secrets.read(name)).trim();
    if (!URL.canParse(address) || new URL(address).protocol !== 'https:') {
      return failed(
        `the secret ${name} is no https address`,
        'Store the address of the Workflows webhook as it was given.',
      );
    }
    await http.checkAddress(address);
    return ok(`${new URL(address).host} may be called`);
  },
});
