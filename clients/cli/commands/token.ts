import { usageError } from '../cli-error';
import { operand, optional, required, segment, type Command } from '../command';
import { listAll } from '../list-all';

const COLUMNS = ['id', 'name', 'roles', 'createdAt', 'expiresAt', 'revokedAt'];

/** Whoever may read the data folder may say who else may what: these commands use the host's key in it. */
export const tokenCommands: readonly Command[] = [
  {
    name: 'token create',
    operands: '--name NAME --role ROLE… [--expires 30d]',
    summary: 'Make a token for a person; it is shown this once.',
    run: async (invocation) => {
      const roles = invocation.options['role'];
      if (!Array.isArray(roles) || roles.length === 0) throw usageError('--role is missing');
      const body = {
        name: required(invocation, 'name'),
        roles,
        expiresInDays: days(optional(invocation, 'expires')),
      };
      return {
        kind: 'item',
        item: (await invocation.adminApi().json('POST', '/api/tokens', { body })) as object,
      };
    },
  },
  {
    name: 'token list',
    operands: '',
    summary: 'List tokens, expired and revoked ones included.',
    run: async ({ adminApi }) => {
      const tokens = await listAll(adminApi(), '/api/tokens?top=200');
      return {
        kind: 'rows',
        columns: COLUMNS,
        rows: tokens.map((token) => ({ ...token, ...(token['principal'] as object) })),
      };
    },
  },
  {
    name: 'token revoke',
    operands: 'ID',
    summary: 'End a token at once.',
    run: async (invocation) => {
      const path = `/api/tokens/${segment(operand(invocation, 0, 'the id of the token'))}/revoke`;
      return { kind: 'item', item: (await invocation.adminApi().json('POST', path)) as object };
    },
  },
];

function days(text = '30d'): number {
  const number = /^(\d{1,3})d$/.exec(text)?.[1];
  if (number === undefined) throw usageError(`--expires is a number of days such as 30d, not ${text}`);
  return Number(number);
}
