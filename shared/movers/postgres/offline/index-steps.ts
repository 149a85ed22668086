import type { Client } from 'pg';
import { sqlState } from '../connect/postgres-error';
import { qualifiedName, quoteIdentifier } from '../connect/quote';
import { loadSql } from '../load-sql';
import type { OfflineContext } from './offline-context';
import { readAll, SET_ASIDE } from './offline-journal';
import type { TargetStep } from './run-steps';
import type { SourceTable } from './source-tables';

interface TableIndex {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly definition: string;
  readonly constraintName: string | null;
  /** p: primary key, u: unique, x: exclusion. */
  readonly constraintType: 'p' | 'u' | 'x' | null;
  readonly constraintDefinition: string | null;
  readonly replicaIdentity: boolean;
  readonly clustered: boolean;
}

/** Below this an index is made as quickly row by row. */
const WORTH_IT_BYTES = 2 ** 20;

/**
 * Takes keys and indexes of large tables away from the target, to be made when the rows are there: that is much quicker. Only those
 * that the source has just so; what else hangs on one keeps it. What is taken away is written down first, for all passes.
 */
export async function setIndexesAside(
  { journal, migrationId }: OfflineContext,
  { source, target }: { source: Client; target: Client },
  tables: readonly SourceTable[],
): Promise<void> {
  const large = tables.filter(({ bytes }) => bytes >= WORTH_IT_BYTES);
  const here = new Map((await indexesOf(target, large)).map((index) => [nameOf(index), index]));
  const equal = (await indexesOf(source, large)).filter((index) => isSame(index, here.get(nameOf(index))));
  const known = await readAll<TableIndex>(journal, migrationId, SET_ASIDE);
  const names = new Set(known.map(nameOf));
  const added = equal.filter((index) => !names.has(nameOf(index)));
  if (added.length > 0) await journal.append(migrationId, SET_ASIDE, known.length, added);
  for (const index of equal) await takeAway(target, index);
}

/** A step for every index that was set aside, the source's largest first; the keys they stand for come after all of them. */
export async function indexSteps(context: OfflineContext, target: Client): Promise<readonly TargetStep[]> {
  const { aside, there } = await standOf(context, target);
  return aside
    .filter((index) => !there.has(nameOf(index)))
    .map((index) => ({ name: `index ${nameOf(index)}`, statements: [creationOf(index)] }));
}

/**
 * A step for every table whose indexes are there, which makes them what they stand for. One at a time for a table: each takes it for
 * itself, and two that were building indexes of it would wait for each other.
 */
export async function keySteps(context: OfflineContext, target: Client): Promise<readonly TargetStep[]> {
  const { aside, there } = await standOf(context, target);
  const tables = Map.groupBy(aside, ({ schema, table }) => qualifiedName(schema, table));
  return [...tables].flatMap(([table, indexes]) => {
    const statements = indexes.flatMap((index) => meaningsOf(index, there.get(nameOf(index))));
    return statements.length === 0 ? [] : [{ name: `keys ${table}`, statements }];
  });
}

async function standOf({ journal, migrationId }: OfflineContext, target: Client) {
  const aside = await readAll<TableIndex>(journal, migrationId, SET_ASIDE);
  const tables = aside.map(({ schema, table }) => ({ schema, name: table }));
  const there = new Map((await indexesOf(target, tables)).map((index) => [nameOf(index), index]));
  return { aside, there };
}

async function indexesOf(
  client: Client,
  tables: readonly { schema: string; name: string }[],
): Promise<readonly TableIndex[]> {
  const parameters = [tables.map(({ schema }) => schema), tables.map(({ name }) => name)];
  return (await client.query<TableIndex>(loadSql('offline/indexes'), parameters)).rows;
}

const nameOf = ({ schema, name }: TableIndex): string => qualifiedName(schema, name);

const isSame = (one: TableIndex, other: TableIndex | undefined): boolean =>
  one.table === other?.table &&
  one.definition === other.definition &&
  one.constraintName === other.constraintName &&
  one.constraintDefinition === other.constraintDefinition;

const DEPENDED_UPON = '2BP01';

async function takeAway(target: Client, { schema, table, name, constraintName }: TableIndex): Promise<void> {
  const statement =
    constraintName === null
      ? `DROP INDEX ${qualifiedName(schema, name)}`
      : `ALTER TABLE ONLY ${qualifiedName(schema, table)} DROP CONSTRAINT ${quoteIdentifier(constraintName)}`;
  try {
    await target.query(statement);
  } catch (error) {
    // A foreign key or a view needs it: it stays, and the rows are slower.
    if (sqlState(error) !== DEPENDED_UPON) throw error;
  }
}

/** Neither an exclusion nor a key over time can take over an index. */
const makesItsIndex = ({ constraintType, constraintDefinition }: TableIndex): boolean =>
  constraintType === 'x' || constraintDefinition?.includes('WITHOUT OVERLAPS') === true;

const alteration = ({ schema, table }: TableIndex): string =>
  `ALTER TABLE ONLY ${qualifiedName(schema, table)}`;

const addition = (index: TableIndex): string =>
  `${alteration(index)} ADD CONSTRAINT ${quoteIdentifier(index.constraintName ?? '')}`;

const creationOf = (index: TableIndex): string =>
  makesItsIndex(index) ? `${addition(index)} ${index.constraintDefinition}` : index.definition;

/** A key takes over its index: only so can several indexes of one table be built at the same time. */
function meaningsOf(index: TableIndex, made: TableIndex | undefined): readonly string[] {
  const { name, constraintName, constraintType, constraintDefinition, replicaIdentity, clustered } = index;
  const statements: string[] = [];
  if (constraintName !== null && made?.constraintName !== constraintName && !makesItsIndex(index)) {
    const key = constraintType === 'p' ? 'PRIMARY KEY' : 'UNIQUE';
    const [deferrable = ''] = / DEFERRABLE.*$/u.exec(constraintDefinition ?? '') ?? [];
    statements.push(`${addition(index)} ${key} USING INDEX ${quoteIdentifier(name)}${deferrable}`);
  }
  if (replicaIdentity && made?.replicaIdentity !== true)
    statements.push(`${alteration(index)} REPLICA IDENTITY USING INDEX ${quoteIdentifier(name)}`);
  if (clustered && made?.clustered !== true)
    statements.push(`${alteration(index)} CLUSTER ON ${quoteIdentifier(name)}`);
  return statements;
}
