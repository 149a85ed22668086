import { schemaDifferences, type Difference } from '../schema/compare-catalogues';
import { fittingClient, pgDumpClients } from '../schema/pg-dump-client';
import { readCatalogue, type Catalogue } from '../schema/read-catalogue';
import { storedScript } from '../schema/script-journal';
import { ask, type Checked, type Finding, type Severity } from './checked-sides';

interface Raised {
  readonly code: Finding['code'];
  readonly severity: Severity;
  readonly subject: string;
  readonly message: string;
  readonly fixedBy: string;
}

/** How the side that follows differs from the one that serves; `catalogue` is of the latter. */
export async function checkDifferences(checked: Checked, catalogue: Catalogue): Promise<Finding[]> {
  const raised = [
    ...localeOf(checked),
    ...(await collations(checked)),
    ...(await extensions(checked)),
    ...(await settings(checked)),
    ...(await dumpProgram(checked)),
    ...(await whatIsThere(checked, catalogue)),
  ];
  return raised.map((finding) => ({ ...finding, side: checked.subscriber.side }));
}

function localeOf({ publisher, subscriber }: Checked): Raised[] {
  const [from, to] = [publisher.facts, subscriber.facts];
  const raised: Raised[] = [];
  const differ = (
    code: Finding['code'],
    severity: Severity,
    subject: string,
    a: string,
    b: string,
    message: string,
    fixedBy: string,
  ) => {
    if (a !== b)
      raised.push({
        code,
        severity,
        subject,
        message: `${subject} is ${b} here and ${a} there: ${message}`,
        fixedBy,
      });
  };
  const make = 'Make the database anew with the same, or agree to the difference.';
  const encoding = to.encoding === 'UTF8' ? 'warn' : 'block';
  differ(
    'encoding',
    encoding,
    'encoding',
    from.encoding,
    to.encoding,
    encoding === 'warn' ? 'text is converted.' : 'not every character can be converted.',
    make,
  );
  differ(
    'locale',
    'warn',
    'locale',
    from.locale,
    to.locale,
    'text may sort, and be compared without case, in another way.',
    make,
  );
  differ(
    'locale',
    'warn',
    'locale provider',
    from.locale_provider,
    to.locale_provider,
    'text may sort, and be compared without case, in another way.',
    make,
  );
  const passwords =
    'roles are made without passwords; those that are set here may be unusable for old clients.';
  differ(
    'password-encryption',
    'warn',
    'password_encryption',
    from.password_encryption,
    to.password_encryption,
    passwords,
    'See that every client knows scram-sha-256.',
  );
  return raised;
}

async function collations({ publisher, subscriber, schemas }: Checked): Promise<Raised[]> {
  const used = await ask<{ collation: string; used_by: string }>(publisher.client, 'used-collations', [
    schemas,
  ]);
  const has = new Set(
    (await ask<{ collation: string }>(subscriber.client, 'collations')).map(({ collation }) => collation),
  );
  return used
    .filter(({ collation }) => !has.has(collation))
    .map(({ collation, used_by }) => ({
      code: 'collation-missing',
      severity: 'block',
      subject: collation,
      message: `${used_by} uses this collation of the system, which this server hasn't.`,
      fixedBy:
        'Install the locale and SELECT pg_import_system_collations(…), or change the column’s collation at the source.',
    }));
}

async function extensions({ publisher, subscriber, context, direction }: Checked): Promise<Raised[]> {
  const used = await ask<{ name: string; version: string }>(publisher.client, 'extensions');
  const offered = new Map(
    (
      await ask<{ name: string; versions: string[]; installed: string | null }>(
        subscriber.client,
        'available-extensions',
      )
    ).map((extension) => [extension.name, extension]),
  );
  const present = context.asset.ddl.kind === 'present' || direction === 'back';
  return used.flatMap(({ name, version }): Raised[] => {
    const extension = offered.get(name);
    if (extension === undefined || (present && extension.installed === null)) {
      const message =
        extension === undefined
          ? `This server doesn't offer it; version ${version} is in use.`
          : 'It is offered here and not installed.';
      const fixedBy =
        extension === undefined
          ? 'Install it (Azure: allow it in azure.extensions), or do without it.'
          : `CREATE EXTENSION "${name}"`;
      return [{ code: 'extension-missing', severity: 'block', subject: name, message, fixedBy }];
    }
    if (extension.versions.includes(version)) return [];
    const message = `Version ${version} is in use, and offered here are ${extension.versions.join(', ')}.`;
    return [
      {
        code: 'extension-version',
        severity: 'warn',
        subject: name,
        message,
        fixedBy: 'Read what changed between the versions; ALTER EXTENSION … UPDATE at the source.',
      },
    ];
  });
}

async function settings({ publisher, subscriber }: Checked): Promise<Raised[]> {
  const key = ({ role, setting }: { role: string; setting: string }) => `${role} ${setting}`;
  const there = await ask<{ role: string; setting: string }>(publisher.client, 'database-settings');
  const here = new Set(
    (await ask<{ role: string; setting: string }>(subscriber.client, 'database-settings')).map(key),
  );
  return there
    .filter((row) => !here.has(key(row)))
    .map(({ role, setting }) => {
      const name = setting.split('=', 1)[0] ?? '';
      const statement =
        role === '' ? `ALTER DATABASE … SET ${name} …` : `ALTER ROLE "${role}" IN DATABASE … SET ${name} …`;
      const message =
        'It is set for the database at the source, not here; it is not moved, for it may suit that server only.';
      return { code: 'database-setting', severity: 'warn', subject: setting, message, fixedBy: statement };
    });
}

async function dumpProgram({ publisher, context, direction }: Checked): Promise<Raised[]> {
  if (context.asset.ddl.kind !== 'pg_dump' || direction === 'back') return [];
  const fitting = fittingClient(await pgDumpClients(), publisher.facts.major);
  if (!('reason' in fitting)) return [];
  const fixedBy = 'Install PostgreSQL’s client programs on the worker, or give the DDL with the workload.';
  return [{ code: 'pg-dump', severity: 'block', subject: 'pg_dump', message: fitting.reason, fixedBy }];
}

async function whatIsThere(checked: Checked, catalogue: Catalogue): Promise<Raised[]> {
  const { subscriber, context, direction, schemas } = checked;
  if (direction === 'back') return schemaOf(checked, catalogue);
  // What this migration made itself is no obstacle to going on.
  if ((await storedScript(subscriber.client, context.migrationId)) !== null) return [];
  const there = await ask<{ subject: string; sized: boolean }>(subscriber.client, 'filled-tables', [schemas]);
  if (context.asset.ddl.kind !== 'present')
    return there.map(({ subject }) => notEmpty(subject, 'It is there already.'));
  const filled: string[] = [];
  for (const { subject, sized } of there)
    if (sized && (await hasRows(checked, subject))) filled.push(subject);
  return [
    ...filled.map((subject) => notEmpty(subject, 'It holds rows already.')),
    ...(await schemaOf(checked, catalogue)),
  ];
}

const notEmpty = (subject: string, message: string): Raised => ({
  ...{ code: 'target-not-empty', severity: 'block', subject, message },
  fixedBy: 'Take an empty database, or drop what is in the way.',
});

/** The name comes quoted from the server. */
async function hasRows({ subscriber }: Checked, table: string): Promise<boolean> {
  const { rows } = await subscriber.client.query<{ filled: boolean }>(
    `SELECT EXISTS (SELECT FROM ONLY ${table}) AS filled`,
  );
  return rows[0]?.filled === true;
}

/** Rows can't be applied to other tables than those they come from; other differences are for people to judge. */
async function schemaOf({ subscriber, schemas }: Checked, catalogue: Catalogue): Promise<Raised[]> {
  const target = await readCatalogue(subscriber.client, schemas);
  return schemaDifferences(catalogue, target).map(({ kind, name, change }) => ({
    code: 'schema-differs',
    severity: kind === 'table' && change !== 'made' ? 'block' : 'warn',
    subject: `${kind} ${name}`,
    message: SAYING[change],
    fixedBy: 'Make it as it is on the other side.',
  }));
}

const SAYING: Readonly<Record<Difference['change'], string>> = {
  gone: 'It is not here.',
  made: 'It is here only.',
  changed: 'It is not the same here.',
};
