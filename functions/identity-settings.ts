import { z } from 'zod';

const shown = (input: unknown): string => JSON.stringify(String(input).slice(0, 100));

/** What stands in a setting that is not as it must be, and what would be right: none of these holds a secret. */
const notAs =
  (shape: string) =>
  ({ input }: { readonly input?: unknown }): string =>
    `is ${shown(input)}, and must be ${shape}`;

const Flag = z.enum(['on', 'off'], { error: notAs('on or off') });

const ID = 'such as 72f988bf-86f1-41af-91ab-2d7cd011db47';

const isAuthority = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return (
    protocol === 'https:' || (protocol === 'http:' && /^(127\.0\.0\.1|\[::1\]|localhost)$/.test(hostname))
  );
};

/** An authority speaks https; on the machine itself, in development, http will do. */
const Authority = z
  .string()
  .refine(isAuthority, {
    error: notAs('an address with https, such as https://login.microsoftonline.com'),
  })
  .transform((url) => url.replace(/\/+$/, ''));

/** App settings that say by what callers prove who they are. */
export const IdentityEnvironment = z.object({
  /** Tenant of Microsoft Entra ID; absent: no Entra accounts. */
  CAUSEWAY_ENTRA_TENANT_ID: z
    .guid({ error: notAs(`the id of a tenant, ${ID}: az account show --query tenantId`) })
    .optional(),
  /** Application (client) id of the app registration whose app roles are ours. */
  CAUSEWAY_ENTRA_CLIENT_ID: z
    .guid({ error: notAs(`the application id of the app registration, ${ID}`) })
    .optional(),
  /** Another audience of access tokens than the client id and `api://<client id>`: the application id URI. */
  CAUSEWAY_ENTRA_AUDIENCE: z.string().min(1).optional(),
  /** Other clouds have authorities of their own. */
  CAUSEWAY_ENTRA_AUTHORITY: Authority.default('https://login.microsoftonline.com'),
  /**
   * How the application proves itself when somebody signs in to the decision page: by a token of the managed identity
   * AZURE_CLIENT_ID (federated with the app registration), or not at all (registered as a public client).
   */
  CAUSEWAY_ENTRA_ASSERTION: z
    .enum(['managed-identity', 'none'], { error: notAs('managed-identity or none') })
    .default('none'),
  /** Whether bearer tokens that Causeway gives out itself count. */
  CAUSEWAY_OWN_TOKENS: Flag.default('on'),
  /** Whether the header that App Service authentication writes counts. */
  CAUSEWAY_EASYAUTH: Flag.default('off'),
  /** Set by App Service: that it asks callers to sign in, and on which instance it runs. */
  WEBSITE_AUTH_ENABLED: z.string().optional(),
  WEBSITE_INSTANCE_ID: z.string().optional(),
  AZURE_CLIENT_ID: z.string().optional(),
});

export interface EntraSettings {
  readonly tenantId: string;
  readonly clientId: string;
  readonly audiences: readonly string[];
  readonly authority: string;
  readonly assertion: 'managed-identity' | 'none';
  /** The header of App Service authentication is asked for, and App Service says that it writes it. */
  readonly behindPlatform: boolean;
  readonly managedIdentityClientId: string | null;
}

export interface IdentitySettings {
  readonly ownTokens: boolean;
  readonly entra: EntraSettings | null;
}

/** Settings that contradict each other, by the name of the one to change. */
export type Contradiction = { readonly field: string; readonly message: string };

export const identitySettings = (
  values: z.infer<typeof IdentityEnvironment>,
): IdentitySettings | Contradiction => {
  const tenantId = values.CAUSEWAY_ENTRA_TENANT_ID;
  const clientId = values.CAUSEWAY_ENTRA_CLIENT_ID;
  const ownTokens = values.CAUSEWAY_OWN_TOKENS === 'on';
  const easyAuth = values.CAUSEWAY_EASYAUTH === 'on';
  if ((tenantId === undefined) !== (clientId === undefined)) {
    const field = tenantId === undefined ? 'CAUSEWAY_ENTRA_TENANT_ID' : 'CAUSEWAY_ENTRA_CLIENT_ID';
    return { field, message: 'is missing: set tenant and client id both, or neither for no Entra accounts' };
  }
  if (easyAuth && !isPlatformProved(values)) {
    const found = values.WEBSITE_AUTH_ENABLED;
    const state = found === undefined ? 'missing' : shown(found);
    const message =
      `is "on", but App Service authentication is not there: WEBSITE_AUTH_ENABLED is ${state} and must be true in a ` +
      'Function app. Configure authentication of the app, or set this to off';
    return { field: 'CAUSEWAY_EASYAUTH', message };
  }
  if (tenantId === undefined || clientId === undefined) {
    const both = 'CAUSEWAY_ENTRA_TENANT_ID and CAUSEWAY_ENTRA_CLIENT_ID';
    if (easyAuth)
      return {
        field: 'CAUSEWAY_EASYAUTH',
        message: `is "on" and needs ${both}: set them, or set this to off`,
      };
    if (!ownTokens) {
      const message = `is "off" and nobody could sign in at all: set ${both}, or set this to on`;
      return { field: 'CAUSEWAY_OWN_TOKENS', message };
    }
    return { ownTokens, entra: null };
  }
  const own = values.CAUSEWAY_ENTRA_AUDIENCE;
  const entra: EntraSettings = {
    tenantId: tenantId.toLowerCase(),
    clientId: clientId.toLowerCase(),
    audiences: [
      clientId.toLowerCase(),
      `api://${clientId.toLowerCase()}`,
      ...(own === undefined ? [] : [z.guid().safeParse(own).success ? own.toLowerCase() : own]),
    ],
    authority: values.CAUSEWAY_ENTRA_AUTHORITY,
    assertion: values.CAUSEWAY_ENTRA_ASSERTION,
    behindPlatform: easyAuth,
    managedIdentityClientId: values.AZURE_CLIENT_ID ?? null,
  };
  return { ownTokens, entra };
};

/** App Service sets both, and a machine of one's own has neither. */
const isPlatformProved = (values: z.infer<typeof IdentityEnvironment>): boolean =>
  /^true$/i.test(values.WEBSITE_AUTH_ENABLED ?? '') && (values.WEBSITE_INSTANCE_ID ?? '') !== '';
