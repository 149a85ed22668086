import { resolve } from 'node:path';
import { z } from 'zod';
import { MigrationError } from '../shared/contracts/errors';
import { SecretName } from '../shared/contracts/primitives';
import { IdentityEnvironment, identitySettings, type IdentitySettings } from './identity-settings';

/** App settings, by the names local.settings.json and the Function app use. */
const Environment = IdentityEnvironment.extend({
  /** Which set of adapters: `local` keeps everything in SQLite files below CAUSEWAY_DATA. */
  CAUSEWAY_HOME: z.enum(['local']).default('local'),
  CAUSEWAY_DATA: z.string().min(1).default('data'),
  /** Connection string of the storage account that workloads move to. */
  CAUSEWAY_BLOB_CONNECTION: z.string().min(1).optional(),
  /** Container for backups (R98 R99); it must exist. */
  CAUSEWAY_BACKUP_CONTAINER: z.string().min(3).max(63).default('causeway-backups'),
  /** Addresses that hooks and checks may reach besides public ones, e.g. `127.0.0.0/8,10.1.0.0/16`. */
  CAUSEWAY_ALLOWED_ADDRESSES: z.string().default(''),
  /** Where people reach the service; the host's own address where absent. */
  CAUSEWAY_PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  /** Name of the secret that holds the Teams Workflows webhook address; absent: no Teams. */
  CAUSEWAY_TEAMS_WEBHOOK_SECRET: SecretName.optional(),
});

export interface Settings {
  readonly home: 'local';
  readonly dataDir: string;
  readonly blobConnection: string | null;
  readonly backupContainer: string;
  readonly allowedAddresses: string;
  readonly teamsWebhookSecret: string | null;
  readonly identity: IdentitySettings;
  /** Without a trailing slash. Known once the host listens. */
  publicUrl(): string;
}

/** Throws `invalid-input` naming the setting. */
export const readSettings = (environment: Readonly<Record<string, string | undefined>>): Settings => {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(present);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const name = String(issue?.path[0]);
    throw new MigrationError('invalid-input', `app setting ${name}: ${issue?.message ?? 'invalid'}`, {
      field: name,
    });
  }
  const values = parsed.data;
  const identity = identitySettings(values);
  if ('field' in identity) {
    const { field, message } = identity;
    throw new MigrationError('invalid-input', `app setting ${field}: ${message}`, { field });
  }
  return {
    home: values.CAUSEWAY_HOME,
    dataDir: resolve(values.CAUSEWAY_DATA),
    blobConnection: values.CAUSEWAY_BLOB_CONNECTION ?? null,
    backupContainer: values.CAUSEWAY_BACKUP_CONTAINER,
    allowedAddresses: values.CAUSEWAY_ALLOWED_ADDRESSES,
    teamsWebhookSecret: values.CAUSEWAY_TEAMS_WEBHOOK_SECRET ?? null,
    identity,
    publicUrl: () => values.CAUSEWAY_PUBLIC_URL ?? `http://${environment['WEBSITE_HOSTNAME'] ?? 'localhost'}`,
  };
};
