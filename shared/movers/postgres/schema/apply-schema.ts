import type { Client } from 'pg';
import { MigrationError } from '../../../contracts/errors';
import { openClient } from '../connect/open-client';
import { asMigrationError } from '../connect/postgres-error';
import { loadSql } from '../load-sql';
import type { PostgresContext } from '../postgres-context';
import { classifyStatements, type ScriptStatement } from './classify-statement';
import { dumpSchema } from './dump-schema';
import { makeRoles, missingRoles, neededRoles } from './make-roles';
import { fittingClient, pgDumpClients } from './pg-dump-client';
import { fillStatement, viewsToFill } from './materialised-views';
import { movedSchemas } from './read-catalogue';
import { runStatements, StatementRefused } from './run-statements';
import type { SchemaOutcome } from './schema-outcomes';
import {
  forgetScript,
  madeRoles,
  removeMade,
  storedScript,
  storeScript,
  type StoredStatement,
} from './script-journal';
import { splitScript } from './split-script';

/** What making the schema needs of a migration's context. */
export type SchemaContext = Pick<
  PostgresContext,
  'asset' | 'migrationId' | 'source' | 'target' | 'limits' | 'claim'
>;

type Work = (target: Client) => Promise<SchemaOutcome>;

/**
 * Makes on the target what must be there before rows are copied: roles that are missing (without passwords), types, functions,
 * tables, views, primary and unique keys. Repeatable and resumable: what the script holds and what of it is done stands on the target.
 */
export const createTables = (context: SchemaContext): Promise<SchemaOutcome> =>
  onTarget(context, async (target) => {
    const schemas = await schemasOf(context);
    const stored = await storedScript(target, context.migrationId);
    if (stored === null) {
      const script = await scriptOf(context);
      if ('reason' in script) return { kind: 'refused', ...script };
      await storeScript(target, context.migrationId, schemas, script.statements);
    }
    if (context.asset.ddl.kind !== 'present') await addRoles(context, target, schemas);
    return run(context, target, ['session', 'tables']);
  });

/**
 * Makes the rest once the rows are there: indexes, `copyWorkers` at a time, foreign keys and triggers; then the planner's statistics
 * and the contents of materialised views. Repeatable and resumable; throws `conflict` where the tables were not made before.
 */
export const createRest = (context: SchemaContext): Promise<SchemaOutcome> =>
  onTarget(context, async (target) => {
    const stored = await storedScript(target, context.migrationId);
    if (stored === null || stored.some(({ phase, done }) => phase === 'tables' && !done))
      throw new MigrationError('conflict', 'The tables must be made before the rest of the schema.');
    const rest = await run(context, target, ['session', 'rest']);
    if (rest.kind !== 'done') return rest;
    const schemas = await schemasOf(context);
    const views = await viewsToFill(target, context.source, schemas);
    const fill = views.map(({ name }) => fillStatement(name));
    await target.query(loadSql('schema/plan-finish'), [context.migrationId, schemas, fill]);
    const finish = await run(context, target, ['finish']);
    return finish.kind === 'done' ? { ...finish, statements: rest.statements + finish.statements } : finish;
  });

/**
 * Takes away from the target what `createTables` and `createRest` made there, rows and roles included; nothing where they made
 * nothing. For a migration that is cancelled before the switch: never once the target has served. Does without the source.
 */
export async function removeSchema(context: SchemaContext): Promise<void> {
  await onTarget(context, async (target) => {
    if ((await storedScript(target, context.migrationId)) === null) return NOTHING;
    await removeMade(target, context.migrationId);
    await forgetScript(target, context.migrationId);
    return NOTHING;
  });
}

/** Takes away what is remembered on the target, not what was made there: for a migration that is over. Repeatable. */
export async function forgetSchema(context: SchemaContext): Promise<void> {
  await onTarget(context, async (target) => {
    if ((await storedScript(target, context.migrationId)) !== null)
      await forgetScript(target, context.migrationId);
    return NOTHING;
  });
}

const NOTHING: SchemaOutcome = { kind: 'done', statements: 0, rolesMade: [] };

async function onTarget(context: SchemaContext, work: Work): Promise<SchemaOutcome> {
  const target = await openClient(context.target, { name: 'schema', ownSearchPath: true });
  try {
    const { rows } = await target.query<{ mine: boolean }>(
      "SELECT pg_try_advisory_lock(hashtext('causeway schema'), hashtext($1)) AS mine",
      [context.migrationId],
    );
    return rows[0]?.mine === true ? await work(target) : { kind: 'interrupted' };
  } catch (error) {
    if (error instanceof StatementRefused)
      return { kind: 'refused', code: 'statement', reason: error.message };
    throw asMigrationError(error);
  } finally {
    await target.end();
  }
}

async function schemasOf({ source, asset }: SchemaContext): Promise<string[]> {
  const client = await openClient(source, { name: 'schema', readOnly: true });
  try {
    return await movedSchemas(client, asset.schemas);
  } finally {
    await client.end();
  }
}

async function addRoles(context: SchemaContext, target: Client, schemas: readonly string[]): Promise<void> {
  const source = await openClient(context.source, { name: 'schema', readOnly: true });
  try {
    const missing = await missingRoles(
      target,
      await neededRoles(source, schemas, context.asset.applicationRoles),
    );
    await makeRoles(target, context.migrationId, missing);
  } finally {
    await source.end();
  }
}

async function run(
  context: SchemaContext,
  target: Client,
  phases: readonly StoredStatement['phase'][],
): Promise<SchemaOutcome> {
  const stored = (await storedScript(target, context.migrationId)) ?? [];
  const statements = stored.filter(({ phase }) => phases.includes(phase));
  const { copyWorkers } = await context.limits();
  const finished = await runStatements(
    target,
    {
      migrationId: context.migrationId,
      claim: context.claim,
      open: () => openClient(context.target, { name: 'schema', ownSearchPath: true }),
      workers: copyWorkers,
    },
    statements,
  );
  if (!finished) return { kind: 'interrupted' };
  const rolesMade = await madeRoles(target, context.migrationId);
  return {
    kind: 'done',
    statements: statements.filter(({ phase }) => phase !== 'session').length,
    rolesMade,
  };
}

type Script =
  | { readonly statements: ScriptStatement[] }
  | { readonly code: 'pg-dump' | 'script'; readonly reason: string };

async function scriptOf({ asset, source }: SchemaContext): Promise<Script> {
  if (asset.ddl.kind === 'present') return { statements: [] };
  if (asset.ddl.kind === 'supplied') return classified(asset.ddl.sql);
  const fitting = fittingClient(await pgDumpClients(), await majorOf(source));
  if ('reason' in fitting) return { code: 'pg-dump', reason: fitting.reason };
  return classified(await dumpSchema(fitting.client, source, asset.schemas));
}

function classified(sql: string): Script {
  try {
    return { statements: classifyStatements(splitScript(sql)) };
  } catch (error) {
    if (!(error instanceof MigrationError) || error.code !== 'invalid-input') throw error;
    return { code: 'script', reason: error.message };
  }
}

async function majorOf(source: string): Promise<number> {
  const client = await openClient(source, { name: 'schema', readOnly: true });
  try {
    const { rows } = await client.query<{ major: number }>(
      "SELECT current_setting('server_version_num')::int / 10000 AS major",
    );
    return rows[0]?.major ?? 0;
  } finally {
    await client.end();
  }
}
