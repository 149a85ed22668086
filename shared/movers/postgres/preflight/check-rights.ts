import { missingRoles, neededRoles, type NeededRole } from '../schema/make-roles';
import { ask, type Checked, type CheckedSide, type Finding } from './checked-sides';

interface Rights {
  readonly name: string;
  readonly superuser: boolean;
  readonly creates_roles: boolean;
  readonly bypasses_row_security: boolean;
  readonly triggers_on_events: boolean;
  readonly replicates: boolean;
  readonly creates_in_database: boolean;
  readonly subscribes: boolean;
  readonly advances_origins: boolean;
  readonly ends_sessions: boolean;
}

interface Lacking {
  readonly held_right: string;
  readonly subject: string;
}

/** Every right that is missing, by its name, on both sides: each of them serves and follows in turn. */
export async function checkRights(checked: Checked): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const side of [checked.publisher, checked.subscriber]) {
    const [rights] = await ask<Rights>(side.client, 'rights');
    if (rights === undefined) continue;
    findings.push(...ofTheServer(checked, side, rights), ...(await ofThings(checked, side, rights)));
    if (side === checked.subscriber) findings.push(...(await ofRoles(checked, rights)));
  }
  return findings;
}

const missing = (
  { side }: CheckedSide,
  subject: string,
  message: string,
  fixedBy: string,
  severity: Finding['severity'] = 'block',
): Finding => ({ code: 'right-missing', severity, side, subject, message, fixedBy });

function ofTheServer(checked: Checked, side: CheckedSide, rights: Rights): Finding[] {
  const me = rights.name;
  const findings: Finding[] = [];
  const lack = (held: boolean, ...told: [string, string, string]) => {
    if (!held) findings.push(missing(side, ...told));
  };
  lack(
    rights.creates_in_database,
    'CREATE on database',
    `${me} can't make a schema here.`,
    `GRANT CREATE ON DATABASE … TO ${me}`,
  );
  if (checked.method === 'offline') return findings;
  lack(
    rights.replicates,
    'REPLICATION',
    `${me} can't make replication slots.`,
    `ALTER ROLE ${me} REPLICATION`,
  );
  const subscribe =
    side.facts.major >= 16
      ? `GRANT pg_create_subscription TO ${me}`
      : 'Before PostgreSQL 16 connect as a superuser, or as the managed server’s administrator.';
  lack(
    rights.subscribes,
    'CREATE SUBSCRIPTION',
    `${me} can't make subscriptions, with which this side follows the other.`,
    subscribe,
  );
  const advance = 'GRANT EXECUTE ON FUNCTION pg_replication_origin_advance(text, pg_lsn) TO';
  lack(
    rights.advances_origins,
    'pg_replication_origin_advance',
    `${me} can't say where replication back begins.`,
    side.facts.major >= 14 ? `${advance} ${me}` : 'Before PostgreSQL 14 connect as a superuser.',
  );
  if (checked.limits.terminateBlockers && !rights.ends_sessions)
    findings.push(
      missing(
        side,
        'pg_signal_backend',
        `${me} can't end the sessions that stand in the way of a switch.`,
        `GRANT pg_signal_backend TO ${me}`,
        'warn',
      ),
    );
  if (side === checked.publisher && !rights.triggers_on_events)
    findings.push({
      code: 'ddl-guard',
      severity: 'warn',
      side: side.side,
      subject: 'event triggers',
      message: `${me} can't make event triggers: DDL isn't refused while the database moves, only noticed before the switch.`,
      fixedBy: 'Connect as a superuser (Azure: azure_pg_admin), or tell everybody not to change the schema.',
    });
  return findings;
}

const WHY: Readonly<Record<string, string>> = {
  ownership: 'publish it, fence it and, on PostgreSQL 16 and above, write to it as its owner',
  SELECT: 'read it',
  TRUNCATE: 'follow a TRUNCATE of it',
  'SET ROLE': 'prove the fence with a write as this role of an application',
};

/** What the target doesn't have yet it can't lack rights on. */
async function ofThings(
  { schemas, context, method }: Checked,
  side: CheckedSide,
  rights: Rights,
): Promise<Finding[]> {
  if (rights.superuser) return [];
  const rows = await ask<Lacking>(side.client, 'lacking', [schemas, context.asset.applicationRoles]);
  const needed = rows.filter(({ held_right }) => method === 'online' || held_right !== 'TRUNCATE');
  return needed.map(({ held_right, subject }) => {
    const grant =
      held_right === 'ownership' ? `make ${rights.name} a member of its owner` : `grant it to ${rights.name}`;
    return missing(
      side,
      `${held_right}: ${subject}`,
      `${rights.name} lacks ${held_right}, to ${WHY[held_right] ?? 'move it'}.`,
      `Either connect as somebody who has it, or ${grant}.`,
    );
  });
}

async function ofRoles(
  { publisher, subscriber, schemas, context, direction }: Checked,
  rights: Rights,
): Promise<Finding[]> {
  if (direction === 'back') return [];
  const needed = await neededRoles(publisher.client, schemas, context.asset.applicationRoles);
  const roles = await missingRoles(subscriber.client, needed);
  const makes = context.asset.ddl.kind !== 'present' && rights.creates_roles;
  const unset = context.asset.ddl.kind === 'pg_dump' ? await unsettable(subscriber, needed, rights) : [];
  const absent = roles.map(({ name }): Finding => ({
    code: 'role-missing',
    severity: makes ? 'warn' : 'block',
    side: subscriber.side,
    subject: name,
    message: makes
      ? 'This role owns something or may do something at the source; it is made here without a password and without rights over the server.'
      : `This role owns something or may do something at the source, and isn't made here.`,
    fixedBy: makes ? `ALTER ROLE "${name}" PASSWORD …, if somebody logs in as it` : `CREATE ROLE "${name}"`,
  }));
  return [...absent, ...unset];
}

/** What a role owns at the source can be given to it here only by one who may act as it. */
async function unsettable(
  side: CheckedSide,
  needed: readonly NeededRole[],
  rights: Rights,
): Promise<Finding[]> {
  const owners = needed.filter(({ owns }) => owns).map(({ name }) => name);
  const rows = await ask<{ name: string }>(side.client, 'unsettable-roles', [owners]);
  return rows.map(({ name }) =>
    missing(
      side,
      `SET ROLE: ${name}`,
      `${name} owns something at the source, and ${rights.name} can't give it to that role here.`,
      `GRANT "${name}" TO ${rights.name}, or supply DDL without its ALTER … OWNER TO.`,
    ),
  );
}
