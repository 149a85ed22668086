import { quoteIdentifier } from '../connect/quote';
import type { Key, KeyRange } from './key-ranges';
import type { TablePair } from './pair-tables';
import { rowHash } from './row-hash';

/** Which rows of a table are meant. */
export type Scope =
  | { readonly kind: 'range'; readonly range: KeyRange }
  /** By what names them, dealt into `of` buckets, a power of two. */
  | { readonly kind: 'buckets'; readonly buckets: readonly string[]; readonly of: number }
  | { readonly kind: 'rows'; readonly ids: readonly Key[] };

export interface Condition {
  readonly text: string;
  readonly parameters: readonly unknown[];
  /** All of the table has to be read, so no index is of use. */
  readonly sequential: boolean;
}

export function conditionOf(pair: TablePair, scope: Scope): Condition {
  switch (scope.kind) {
    case 'range':
      return rangeCondition(pair, scope.range);
    case 'buckets':
      return {
        text: `${bucketOf(pair, scope.of)} = ANY ($1::bigint[])`,
        parameters: [scope.buckets],
        sequential: true,
      };
    case 'rows':
      return rowsCondition(pair, scope.ids);
  }
}

function rangeCondition({ key }: TablePair, { after, upTo }: KeyRange): Condition {
  if (key === null || (after === null && upTo === null))
    return { text: 'true', parameters: [], sequential: true };
  const columns = `(${key.map(({ name }) => `t.${quoteIdentifier(name)}`).join(', ')})`;
  const parameters: string[] = [];
  const bound = (operator: string, values: Key) => {
    const texts = key.map(({ type }, index) => `$${parameters.length + index + 1}::${type}`);
    parameters.push(...values);
    return `${columns} ${operator} (${texts.join(', ')})`;
  };
  const conditions = [
    ...(after === null ? [] : [bound('>', after)]),
    ...(upTo === null ? [] : [bound('<=', upTo)]),
  ];
  return { text: conditions.join(' AND '), parameters, sequential: false };
}

function rowsCondition(pair: TablePair, ids: readonly Key[]): Condition {
  if (pair.key === null) {
    const text = `(${rowHash(pair.columns, pair.recoded)}) = ANY ($1::bigint[])`;
    return { text, parameters: [ids.map(([hash]) => hash)], sequential: true };
  }
  const known = pair.key.every((column) => column.known);
  const ours = pair.key.map(({ name }) => `t.${quoteIdentifier(name)}${known ? '' : '::text'}`);
  const wanted = pair.key.map(({ type }, index) => `w.k${index}${known ? `::${type}` : ''}`);
  const arrays = pair.key.map((_, index) => `$${index + 1}::text[]`);
  const names = pair.key.map((_, index) => `k${index}`);
  return {
    text: `(${ours.join(', ')}) IN (SELECT ${wanted.join(', ')} FROM unnest(${arrays.join(', ')}) AS w (${names.join(', ')}))`,
    parameters: pair.key.map((_, index) => ids.map((id) => id[index])),
    sequential: !known,
  };
}

/** SQL of a text[] that names a row `t`: its key, or without one its hash. */
export function identityOf({ key, columns, recoded }: TablePair): string {
  if (key === null) return `ARRAY[(${rowHash(columns, recoded)})::text]`;
  return `ARRAY[${keyTexts(key)}]`;
}

export const keyTexts = (key: NonNullable<TablePair['key']>): string =>
  key.map(({ name }) => `t.${quoteIdentifier(name)}::text`).join(', ');

/** SQL of the bucket that a row `t` belongs to; the same on both sides, also where only its other columns differ. */
export function bucketOf(pair: TablePair, of: number): string {
  if (pair.key === null) return `((${rowHash(pair.columns, pair.recoded)}) & ${of - 1})`;
  const names = pair.key.map(({ name }) => ({ name, kind: 'other' as const, generated: false }));
  return `((${rowHash(names, pair.recoded)}) & ${of - 1})`;
}
