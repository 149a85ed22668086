import { z } from 'zod';
import { MigrationError } from '../shared/contracts/errors';

/**
 * How a service is reached: signed in with the identity of the application, or by a connection string, which holds a key and is
 * for emulators and stand-ins on a machine of one's own.
 */
export type Connection =
  | { readonly kind: 'identity'; readonly endpoint: string }
  | { readonly kind: 'connection-string'; readonly connectionString: string };

/** What the Azure home needs besides the settings of both homes. */
export interface AzureSettings {
  readonly cosmos: Connection;
  /** `endpoint` is the host name of the namespace. */
  readonly serviceBus: Connection;
  /** Account of the control plane's own blobs: journals, anchors, claims. */
  readonly storage: Connection;
  /** Account that workloads move to; null: planning works, moving does not. */
  readonly target: Connection | null;
  readonly keyVaultUrl: string;
  /** Of the user-assigned identity to sign in with; null: the only one there is. */
  readonly clientId: string | null;
  /** Whether this process is a Function app in Azure, where only an identity may sign in. */
  readonly inAzure: boolean;
  /** Of Application Insights; null: no telemetry leaves the process. */
  readonly telemetry: string | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

const Address = z.url({ protocol: /^https$/ });
const BLOB_EXAMPLE = 'https://<account>.blob.core.windows.net';
const VAULT_EXAMPLE = 'https://<vault>.vault.azure.net';

/** The names that Functions triggers and bindings use too: a name alone holds a connection string, `name__property` an address. */
const CONNECTIONS = {
  cosmos: {
    name: 'COSMOS',
    property: 'accountEndpoint',
    schema: Address,
    example: 'https://<account>.documents.azure.com',
  },
  serviceBus: {
    name: 'ServiceBus',
    property: 'fullyQualifiedNamespace',
    schema: z.string().regex(/^[A-Za-z0-9.-]+$/),
    example: '<namespace>.servicebus.windows.net',
  },
  storage: { name: 'CAUSEWAY_STORAGE', property: 'blobServiceUri', schema: Address, example: BLOB_EXAMPLE },
  target: {
    name: 'CAUSEWAY_BLOB_CONNECTION',
    property: 'blobServiceUri',
    schema: Address,
    example: BLOB_EXAMPLE,
  },
} as const;

/** Set by the platform for every Function app. */
export const runsInAzure = (environment: Environment): boolean =>
  Boolean(environment['WEBSITE_SITE_NAME']) || Boolean(environment['WEBSITE_INSTANCE_ID']);

/**
 * A setting that triggers read as well, whatever the home: with it they would listen to a service of Azure while the local home
 * keeps events in files, and no event would ever be heard of. Null where there is none.
 */
export const messagingSettingIn = (environment: Environment): string | null =>
  [CONNECTIONS.cosmos, CONNECTIONS.serviceBus]
    .flatMap(({ name, property }) => [name, `${name}__${property}`])
    .find((name) => Boolean(environment[name])) ?? null;

/** Throws `invalid-input` naming the setting at fault, and never its value: it may hold a key. */
export const readAzureSettings = (environment: Environment): AzureSettings => {
  const inAzure = runsInAzure(environment);
  const optional = (kind: keyof typeof CONNECTIONS) => connectionOf(kind, environment, inAzure);
  return {
    cosmos: required('cosmos', optional('cosmos')),
    serviceBus: required('serviceBus', optional('serviceBus')),
    storage: required('storage', optional('storage')),
    target: optional('target'),
    keyVaultUrl: addressIn(environment, 'CAUSEWAY_KEY_VAULT_URL', Address, VAULT_EXAMPLE),
    clientId: environment['AZURE_CLIENT_ID'] || null,
    inAzure,
    telemetry: environment['APPLICATIONINSIGHTS_CONNECTION_STRING'] || null,
  };
};

const connectionOf = (
  kind: keyof typeof CONNECTIONS,
  environment: Environment,
  inAzure: boolean,
): Connection | null => {
  const { name, property, schema, example } = CONNECTIONS[kind];
  const connectionString = environment[name];
  const identityName = `${name}__${property}`;
  if (connectionString) {
    if (inAzure) {
      const instead = `remove it and set ${identityName}: the application signs in with its managed identity`;
      throw refused(name, `holds a connection string with a key, which is refused in Azure; ${instead}`);
    }
    return { kind: 'connection-string', connectionString };
  }
  if (!environment[identityName]) return null;
  return { kind: 'identity', endpoint: addressIn(environment, identityName, schema, example) };
};

const required = (kind: keyof typeof CONNECTIONS, connection: Connection | null): Connection => {
  if (connection !== null) return connection;
  const { name, property, example } = CONNECTIONS[kind];
  const instead = `or, on a machine of your own, ${name} to a connection string`;
  throw refused(`${name}__${property}`, `is missing: set it to an address such as ${example} (${instead})`);
};

const addressIn = (
  environment: Environment,
  name: string,
  schema: z.ZodType<string>,
  example: string,
): string => {
  const value = environment[name];
  if (!value) throw refused(name, `is missing: set it to an address such as ${example}`);
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw refused(name, `must be an address such as ${example}`);
  return parsed.data.replace(/\/+$/, '');
};

const refused = (field: string, problem: string): MigrationError =>
  new MigrationError('invalid-input', `app setting ${field} ${problem}`, { field });
