import { resolve } from 'node:path';
import { z } from 'zod';
import { isLoopback } from '../shared/adapters/arm/arm-policies';
import { MigrationError } from '../shared/contracts/errors';
import { SecretName } from '../shared/contracts/primitives';
import { messagingSettingIn, readAzureSettings, runsInAzure, type AzureSettings } from './azure-settings';
import { IdentityEnvironment, identitySettings, type IdentitySettings } from './identity-settings';

/** As infra/ makes it. */
const AZURE_ANCHORS = 'causeway-anchors';

/** App settings, by the names local.settings.json and the Function app use. */
const Environment = IdentityEnvironment.extend({
  /** Which set of adapters: `local` keeps everything in SQLite files below CAUSEWAY_DATA, `azure` in Azure's services. */
  CAUSEWAY_HOME: z.enum(['local', 'azure']).default('local'),
  CAUSEWAY_DATA: z.string().min(1).default('data'),
  /** Connection string of the storage account that workloads move to. */
  CAUSEWAY_BLOB_CONNECTION: z.string().min(1).optional(),
  /**
   * Address of the storage account that workloads move to, where a secret signs for it that is renewed while transfers run;
   * `http` only for a stand-in on this machine.
   */
  CAUSEWAY_BLOB_ACCOUNT: z
    .url({ protocol: /^https?$/ })
    .refine((url) => url.startsWith('https://') || isLoopback(url), 'must begin with https://')
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  /** Name of the secret that holds its account key or a shared access signature. */
  CAUSEWAY_BLOB_SECRET: SecretName.optional(),
  /** Container for backups (R98 R99); it must exist. */
  CAUSEWAY_BACKUP_CONTAINER: z.string().min(3).max(63).default('causeway-backups'),
  /** Addresses that hooks and checks may reach besides public ones, e.g. `127.0.0.0/8,10.1.0.0/16`. */
  CAUSEWAY_ALLOWED_ADDRESSES: z.string().default(''),
  /** Container for the heads of ended logs (R133); it must exist. Absent on one machine: they are kept nowhere else. */
  CAUSEWAY_ANCHOR_CONTAINER: z.string().min(3).max(63).optional(),
  /** Where people reach the service; the host's own address where absent. */
  CAUSEWAY_PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  /** Resource Manager of the cloud that workloads move to; `http` only for a stand-in on this machine. */
  CAUSEWAY_ARM_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .refine((url) => url.startsWith('https://') || isLoopback(url), 'must begin with https://')
    .transform((url) => url.replace(/\/+$/, ''))
    .default('https://management.azure.com'),
  /** Name of the secret that holds the Teams Workflows webhook address; absent: no Teams. */
  CAUSEWAY_TEAMS_WEBHOOK_SECRET: SecretName.optional(),
  /** `http`: it answers requests only, beside another application over the same stores that does all the rest. */
  CAUSEWAY_SERVES: z.enum(['everything', 'http']).default('everything'),
});

export interface Settings {
  readonly home: 'local' | 'azure';
  /** Null in the local home. */
  readonly azure: AzureSettings | null;
  readonly dataDir: string;
  readonly blobConnection: string | null;
  /** The account that workloads move to, where a secret signs for it; null: `blobConnection`, or what `azure` says. */
  readonly blobAccount: { readonly url: string; readonly secretName: string } | null;
  readonly backupContainer: string;
  /** Null: no log is anchored. */
  readonly anchorContainer: string | null;
  readonly allowedAddresses: string;
  readonly armEndpoint: string;
  readonly teamsWebhookSecret: string | null;
  readonly serves: 'everything' | 'http';
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
    const message = issue?.message ?? 'is invalid';
    const words = message.startsWith('is ') ? ` ${message}` : `: ${message}`;
    throw new MigrationError('invalid-input', `app setting ${name}${words}`, { field: name });
  }
  const values = parsed.data;
  const identity = identitySettings(values);
  if ('field' in identity) {
    const { field, message } = identity;
    throw new MigrationError('invalid-input', `app setting ${field} ${message}`, { field });
  }
  if (values.CAUSEWAY_HOME === 'local' && runsInAzure(environment)) {
    const problem = 'must be azure here: the files of a Function app do not last';
    throw new MigrationError('invalid-input', `app setting CAUSEWAY_HOME ${problem}`, {
      field: 'CAUSEWAY_HOME',
    });
  }
  const stray = values.CAUSEWAY_HOME === 'local' ? messagingSettingIn(environment) : null;
  if (stray !== null) {
    const problem =
      'is of the home azure, and triggers would follow it: remove it, or set CAUSEWAY_HOME=azure';
    throw new MigrationError('invalid-input', `app setting ${stray} ${problem}`, { field: stray });
  }
  const azure = values.CAUSEWAY_HOME === 'azure' ? readAzureSettings(environment) : null;
  const isNamed = values.CAUSEWAY_BLOB_CONNECTION !== undefined || Boolean(azure?.target);
  return {
    home: values.CAUSEWAY_HOME,
    azure,
    dataDir: resolve(values.CAUSEWAY_DATA),
    blobConnection: values.CAUSEWAY_BLOB_CONNECTION ?? null,
    blobAccount: blobAccountIn(values, isNamed),
    backupContainer: values.CAUSEWAY_BACKUP_CONTAINER,
    anchorContainer:
      values.CAUSEWAY_ANCHOR_CONTAINER ?? (values.CAUSEWAY_HOME === 'azure' ? AZURE_ANCHORS : null),
    allowedAddresses: values.CAUSEWAY_ALLOWED_ADDRESSES,
    armEndpoint: values.CAUSEWAY_ARM_ENDPOINT,
    teamsWebhookSecret: values.CAUSEWAY_TEAMS_WEBHOOK_SECRET ?? null,
    serves: values.CAUSEWAY_SERVES,
    identity,
    publicUrl: () => values.CAUSEWAY_PUBLIC_URL ?? `http://${environment['WEBSITE_HOSTNAME'] ?? 'localhost'}`,
  };
};

/** Throws `invalid-input` where half of it is missing, or another setting names the account too. */
const blobAccountIn = (
  { CAUSEWAY_BLOB_ACCOUNT: url, CAUSEWAY_BLOB_SECRET: secretName }: z.infer<typeof Environment>,
  isNamed: boolean,
): Settings['blobAccount'] => {
  if (url === undefined && secretName === undefined) return null;
  const refused = (field: string, problem: string): MigrationError =>
    new MigrationError('invalid-input', `app setting ${field} ${problem}`, { field });
  if (url === undefined)
    throw refused('CAUSEWAY_BLOB_ACCOUNT', 'is missing: CAUSEWAY_BLOB_SECRET signs for it');
  if (secretName === undefined)
    throw refused(
      'CAUSEWAY_BLOB_SECRET',
      'is missing: it names the secret that signs for CAUSEWAY_BLOB_ACCOUNT',
    );
  if (isNamed)
    throw refused('CAUSEWAY_BLOB_ACCOUNT', 'and CAUSEWAY_BLOB_CONNECTION both name an account: remove one');
  return { url, secretName };
};
