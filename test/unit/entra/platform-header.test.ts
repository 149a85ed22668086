import { describe, expect, it } from '@jest/globals';
import { readClientPrincipal } from '../../../shared/adapters/entra/platform-header';
import type { EntraTenant } from '../../../shared/adapters/entra/entra-tenant';

const CLIENT = 'abcdefab-2222-4222-8222-222222222222';
const OID = 'abcdefab-4444-4444-8444-444444444444';
const SUBJECT = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier';
const tenant: EntraTenant = {
  authority: 'https://login.microsoftonline.com',
  tenantId: 'abcdefab-1111-4111-8111-111111111111',
  clientId: CLIENT,
  audiences: [CLIENT, `api://${CLIENT}`],
};

const read = (changed: Record<string, string | undefined>) => {
  const claims = {
    aud: CLIENT,
    'http://schemas.microsoft.com/identity/claims/tenantid': tenant.tenantId,
    'http://schemas.microsoft.com/identity/claims/objectidentifier': OID,
    [SUBJECT]: 'pairwise-subject',
    roles: 'approver',
    ...changed,
  };
  const content = {
    auth_typ: 'aad',
    role_typ: 'roles',
    claims: Object.entries(claims).flatMap(([typ, val]) => (val === undefined ? [] : [{ typ, val }])),
  };
  return readClientPrincipal(tenant, Buffer.from(JSON.stringify(content)).toString('base64'), new Date(0));
};

describe('the header of App Service authentication', () => {
  it.each([CLIENT, CLIENT.toUpperCase(), `api://${CLIENT}`])('counts for the application %s', (aud) => {
    expect(read({ aud })).toMatchObject({ kind: 'valid', principal: { roles: ['approver'] } });
  });

  it.each([
    [undefined, 'X-MS-CLIENT-PRINCIPAL does not say which application the account signed in to.'],
    ['00000000-2222-4222-8222-222222222222', 'The platform signed this account in to another application.'],
  ])('does not count for the application %s', (aud, detail) => {
    expect(read({ aud })).toEqual({ kind: 'invalid', detail });
  });

  it.each([
    ['its subject is its own service principal', { [SUBJECT]: OID }],
    ['its subject is that, in capitals', { [SUBJECT]: OID.toUpperCase() }],
    ['idtyp says so', { idtyp: 'app' }],
  ])('R64 is a program’s where %s, and then no approver’s', (_, changed) => {
    expect(read(changed)).toMatchObject({ kind: 'powerless' });
    const name = `entra:${tenant.tenantId}:${OID}`;
    expect(read({ ...changed, roles: 'operator' })).toMatchObject({ kind: 'valid', principal: { name } });
  });

  it('R64 is nobody’s where it does not say whether a person or a program signed in', () => {
    expect(read({ [SUBJECT]: undefined })).toMatchObject({ kind: 'invalid' });
    expect(read({ [SUBJECT]: undefined, idtyp: 'user' })).toMatchObject({ kind: 'valid' });
  });
});
