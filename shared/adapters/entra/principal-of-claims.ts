import { z } from 'zod';
import { ENTRA_PREFIX, Role, type Principal } from '../../contracts/principal';
import type { EntraTenant } from './entra-tenant';

const Guid = z.guid().transform((text) => text.toLowerCase());

/** Claims that say who somebody is, of either kind of token. */
export const AccountClaims = z.object({
  tid: Guid,
  oid: Guid,
  name: z.string().optional(),
  azp: z.string().optional(),
  roles: z.array(z.string()).default([]),
});
export type AccountClaims = z.infer<typeof AccountClaims>;

/** Approving, owning and testing are acts of a person: a program that was given these roles does not have them here (R64). */
const OF_PROGRAMS: ReadonlySet<Role> = new Set<Role>(['lead', 'operator', 'viewer']);

export type AccountVerdict =
  | { readonly kind: 'account'; readonly principal: Principal }
  | { readonly kind: 'invalid' | 'powerless'; readonly detail: string };

/**
 * An account as Causeway knows it. Tenant and object id never change; names and mail addresses do, and can be given to somebody
 * else, so that no rule may rest on them. App roles are ours by their value; others belong to somebody else and are passed over.
 */
export function principalOfClaims(
  { tenantId }: EntraTenant,
  claims: AccountClaims,
  isProgram: boolean,
): AccountVerdict {
  if (claims.tid !== tenantId.toLowerCase()) {
    return { kind: 'invalid', detail: `The account is of tenant ${claims.tid}, which is not ours.` };
  }
  const roles = Role.options.filter(
    (role) => claims.roles.includes(role) && (!isProgram || OF_PROGRAMS.has(role)),
  );
  const displayName = readable(claims.name ?? (isProgram ? `application ${claims.azp ?? claims.oid}` : ''));
  if (roles.length === 0) {
    const which = isProgram ? [...OF_PROGRAMS] : Role.options;
    const detail = `${displayName ?? claims.oid} has no role here: assign one of the app roles ${which.join(', ')}.`;
    return { kind: 'powerless', detail };
  }
  const name = `${ENTRA_PREFIX}${claims.tid}:${claims.oid}`;
  const principal = { name, roles, ...(displayName === undefined ? {} : { displayName }) };
  return { kind: 'account', principal };
}

/** A directory lets people call themselves anything; records take bounded text without control characters. */
function readable(name: string): string | undefined {
  const text = name
    .replace(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, 100)
    .trim();
  return text === '' ? undefined : text;
}
