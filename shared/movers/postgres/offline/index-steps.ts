import type { Client } from 'pg';
import { qualifiedName, quoteIdentifier } from '../connect/quote';
import { loadSql } from '../load-sql';
import type { TargetStep } from './run-steps';

interface SourceIndex {
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

/**
 * A step for every index of the source that the target does not have, the largest first. Keys are made from their index, because
 * only so can several indexes of one table be built at the same time.
 */
export async function indexSteps(
  source: Client,
  target: Client,
  schemas: readonly string[],
): Promise<readonly TargetStep[]> {
  const { rows } = await source.query<SourceIndex>(loadSql('offline/indexes'), [schemas]);
  const there = await target.query<SourceIndex>(loadSql('offline/indexes'), [schemas]);
  const has = new Set(there.rows.map(({ schema, name }) => qualifiedName(schema, name)));
  return rows
    .filter(({ schema, name }) => !has.has(qualifiedName(schema, name)))
    .map((index) => ({
      name: `index ${qualifiedName(index.schema, index.name)}`,
      statements: statementsOf(index),
    }));
}

function statementsOf(index: SourceIndex): readonly string[] {
  const { schema, table, name, definition, constraintName, constraintType, constraintDefinition } = index;
  const alter = `ALTER TABLE ONLY ${qualifiedName(schema, table)}`;
  const extras = [
    ...(index.replicaIdentity ? [`${alter} REPLICA IDENTITY USING INDEX ${quoteIdentifier(name)}`] : []),
    ...(index.clustered ? [`${alter} CLUSTER ON ${quoteIdentifier(name)}`] : []),
  ];
  if (constraintName === null || constraintDefinition === null) return [definition, ...extras];
  const add = `${alter} ADD CONSTRAINT ${quoteIdentifier(constraintName)}`;
  // Neither an exclusion nor a key over time can take over an index.
  if (constraintType === 'x' || constraintDefinition.includes('WITHOUT OVERLAPS'))
    return [`${add} ${constraintDefinition}`, ...extras];
  const key = constraintType === 'p' ? 'PRIMARY KEY' : 'UNIQUE';
  const [deferrable = ''] = / DEFERRABLE.*$/u.exec(constraintDefinition) ?? [];
  return [definition, `${add} ${key} USING INDEX ${quoteIdentifier(name)}${deferrable}`, ...extras];
}
