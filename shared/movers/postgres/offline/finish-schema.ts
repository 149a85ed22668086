import type { Client } from 'pg';
import { qualifiedName, quoteIdentifier } from '../connect/quote';
import { loadSql } from '../load-sql';
import { openCopyConnections } from './copy-connections';
import { indexSteps } from './index-steps';
import type { OfflineContext } from './offline-context';
import type { OfflineSlice } from './offline-slice';
import { runSteps, type TargetStep } from './run-steps';

/**
 * What comes after the rows: indexes and keys, foreign keys, materialised views, statistics. False where the slice was over before
 * all of it was done.
 */
export async function finishSchema(
  context: OfflineContext,
  pass: number,
  slice: OfflineSlice,
): Promise<boolean> {
  const { source, target, close } = await openCopyConnections(context);
  try {
    const { schemas } = context.asset;
    const run = (steps: readonly TargetStep[]) => runSteps(context, { pass, steps, slice });
    if (!(await run(await indexSteps(source, target, schemas)))) return false;
    for (const step of await foreignKeySteps(source, target, schemas)) if (!(await run([step]))) return false;
    for (const step of await refreshSteps(source, schemas)) if (!(await run([step]))) return false;
    return await run(await analyseSteps(target, schemas));
  } finally {
    await close();
  }
}

interface ForeignKey {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly definition: string;
}

/** One after the other: two at once may wait for each other's tables. */
async function foreignKeySteps(
  source: Client,
  target: Client,
  schemas: readonly string[],
): Promise<readonly TargetStep[]> {
  const { rows } = await source.query<ForeignKey>(loadSql('offline/foreign-keys'), [schemas]);
  const there = await target.query<ForeignKey>(loadSql('offline/foreign-keys'), [schemas]);
  const nameOf = ({ schema, table, name }: ForeignKey) => `${qualifiedName(schema, table)} ${name}`;
  const has = new Set(there.rows.map(nameOf));
  return rows
    .filter((key) => !has.has(nameOf(key)))
    .map((key) => ({
      name: `foreign key ${nameOf(key)}`,
      statements: [
        `ALTER TABLE ONLY ${qualifiedName(key.schema, key.table)} ADD CONSTRAINT ${quoteIdentifier(key.name)} ${key.definition}`,
      ],
    }));
}

interface Relation {
  readonly schema: string;
  readonly name: string;
}

/** One after the other: one may be made of another. */
async function refreshSteps(source: Client, schemas: readonly string[]): Promise<readonly TargetStep[]> {
  const { rows } = await source.query<Relation>(loadSql('offline/materialised-views'), [schemas]);
  return rows.map(({ schema, name }) => {
    const view = qualifiedName(schema, name);
    return { name: `refresh ${view}`, statements: [`REFRESH MATERIALIZED VIEW ${view}`] };
  });
}

async function analyseSteps(target: Client, schemas: readonly string[]): Promise<readonly TargetStep[]> {
  const { rows } = await target.query<Relation>(loadSql('offline/analysed-tables'), [schemas]);
  return rows.map(({ schema, name }) => {
    const table = qualifiedName(schema, name);
    return { name: `analyse ${table}`, statements: [`ANALYZE ${table}`] };
  });
}
