import { z } from 'zod';
import type { IdentityVerdict } from '../../ports/identity-provider';
import type { EntraTenant } from './entra-tenant';
import { AccountClaims, principalOfClaims } from './principal-of-claims';

/** As App Service puts it into `X-MS-CLIENT-PRINCIPAL`, base64 of JSON. */
const ClientPrincipal = z.object({
  auth_typ: z.literal('aad'),
  role_typ: z.string().optional(),
  claims: z.array(z.object({ typ: z.string(), val: z.string() })),
});
type ClientPrincipal = z.infer<typeof ClientPrincipal>;

/** The platform gives some claims their SOAP-age names. */
const LONG_NAMES = {
  tid: 'http://schemas.microsoft.com/identity/claims/tenantid',
  oid: 'http://schemas.microsoft.com/identity/claims/objectidentifier',
  roles: 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role',
  sub: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier',
} as const;

/** Half an hour: the platform asks its own session with every request, so nothing rests on this for longer. */
const LASTS_MS = 30 * 60_000;

const invalid = (detail: string): IdentityVerdict => ({ kind: 'invalid', detail });

/** Reads a header that the platform is known to have written. It is no proof in itself: anybody can make one. */
export function readClientPrincipal(tenant: EntraTenant, header: string, now: Date): IdentityVerdict {
  const parsed = ClientPrincipal.safeParse(parseOrNull(Buffer.from(header, 'base64').toString('utf8')));
  if (!parsed.success) return invalid('X-MS-CLIENT-PRINCIPAL names no Entra account.');
  const values = (name: string) => valuesOf(parsed.data, name);
  const audiences = values('aud');
  if (audiences.length === 0)
    return invalid('X-MS-CLIENT-PRINCIPAL does not say which application the account signed in to.');
  if (!audiences.every((audience) => isOurs(tenant, audience)))
    return invalid('The platform signed this account in to another application.');
  const claims = AccountClaims.safeParse({
    tid: values('tid')[0],
    oid: values('oid')[0],
    name: values('name')[0],
    azp: values('azp')[0],
    roles: values('roles'),
  });
  if (!claims.success) return invalid('X-MS-CLIENT-PRINCIPAL lacks tenant or object id.');
  const isProgram = isProgramBy(values('idtyp')[0], values('sub')[0]?.toLowerCase(), claims.data.oid);
  if (isProgram === null)
    return invalid('X-MS-CLIENT-PRINCIPAL does not say whether the account is a person’s or a program’s.');
  const verdict = principalOfClaims(tenant, claims.data, isProgram);
  if (verdict.kind !== 'account') return verdict;
  const expiresAt = new Date(now.getTime() + LASTS_MS).toISOString();
  return { kind: 'valid', principal: verdict.principal, expiresAt };
}

const isOurs = ({ audiences }: EntraTenant, audience: string): boolean =>
  audiences.includes(audience) || audiences.includes(audience.toLowerCase());

/**
 * `idtyp` is an optional claim, and `app` for a program; a program's token for itself is about its own service principal, while a
 * person's subject is another for every application. Null: neither is there, and nobody is taken for a person by what is missing.
 */
const isProgramBy = (idtyp: string | undefined, sub: string | undefined, oid: string): boolean | null => {
  if (idtyp === 'app' || sub === oid) return true;
  return idtyp === undefined && sub === undefined ? null : false;
};

function valuesOf({ claims, role_typ }: ClientPrincipal, name: string): string[] {
  const names = [
    name,
    ...(Object.hasOwn(LONG_NAMES, name) ? [LONG_NAMES[name as keyof typeof LONG_NAMES]] : []),
    ...(name === 'roles' && role_typ !== undefined ? [role_typ] : []),
  ];
  return claims.filter(({ typ }) => names.includes(typ)).map(({ val }) => val);
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
