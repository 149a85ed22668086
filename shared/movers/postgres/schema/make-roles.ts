import type { Client } from 'pg';
import { quoteIdentifier } from '../connect/quote';
import { loadSql } from '../load-sql';

export interface NeededRole {
  readonly name: string;
  readonly login: boolean;
  readonly inherits: boolean;
  /** Something in the schemas, or what others may do by default. */
  readonly owns: boolean;
  readonly memberOf: readonly string[];
}

/** Roles of the source that the schemas and the applications need; members after the roles that they belong to. */
export async function neededRoles(
  source: Client,
  schemas: readonly string[],
  applicationRoles: readonly string[],
): Promise<NeededRole[]> {
  const { rows } = await source.query<Omit<NeededRole, 'memberOf'> & { member_of: string[] }>(
    loadSql('schema/needed-roles'),
    [schemas, applicationRoles],
  );
  return rows.map(({ member_of, ...role }) => ({ ...role, memberOf: member_of }));
}

/** Those of them that the target doesn't have. */
export async function missingRoles(target: Client, needed: readonly NeededRole[]): Promise<NeededRole[]> {
  const { rows } = await target.query<{ name: string }>('SELECT rolname::text AS name FROM pg_roles');
  const there = new Set(rows.map(({ name }) => name));
  return needed.filter(({ name }) => !there.has(name));
}

/**
 * Makes them without a password and without any right over the server: who may log in is for people to say. Whoever connects becomes
 * a member, to be able to give them what they own. Each role and its record are one transaction.
 */
export async function makeRoles(
  target: Client,
  migrationId: string,
  roles: readonly NeededRole[],
): Promise<void> {
  const { rows } = await target.query<{ superuser: boolean }>(
    'SELECT rolsuper AS superuser FROM pg_roles WHERE rolname = current_user',
  );
  for (const { name, login, inherits, memberOf } of roles) {
    const role = quoteIdentifier(name);
    const statements = [
      `CREATE ROLE ${role} ${login ? 'LOGIN' : 'NOLOGIN'} ${inherits ? 'INHERIT' : 'NOINHERIT'}`,
      ...memberOf
        .filter((group) => !group.startsWith('pg_'))
        .map((group) => `GRANT ${quoteIdentifier(group)} TO ${role}`),
      ...(rows[0]?.superuser === true ? [] : [`GRANT ${role} TO CURRENT_USER`]),
    ];
    await target.query('BEGIN');
    try {
      for (const statement of statements) await target.query(statement);
      await target.query('INSERT INTO causeway_schema.made_role VALUES ($1, $2) ON CONFLICT DO NOTHING', [
        migrationId,
        name,
      ]);
      await target.query('COMMIT');
    } catch (error) {
      await target.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }
}
