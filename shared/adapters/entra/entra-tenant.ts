/** One application in one tenant of Microsoft Entra ID. */
export interface EntraTenant {
  /** Without a trailing slash, e.g. `https://login.microsoftonline.com`; other clouds have their own. */
  readonly authority: string;
  readonly tenantId: string;
  /** Application (client) id: the audience of ID tokens. */
  readonly clientId: string;
  /** Every audience an access token may be for: the client id, or its application id URI. */
  readonly audiences: readonly string[];
}

/** Issuer of version 2.0 tokens. Version 1.0 tokens have another and are refused. */
export const issuerOf = ({ authority, tenantId }: EntraTenant): string => `${authority}/${tenantId}/v2.0`;
