import { quoteIdentifier } from '../connect/quote';
import type { DatabaseSide } from './database-side';
import { fillSql } from './fill-sql';
import type { Key, KeyRange } from './key-ranges';
import type { TablePair } from './pair-tables';
import { rowHash } from './row-hash';
import { bucketOf, conditionOf, identityOf, keyTexts, type Scope } from './table-scope';

export interface Sums {
  readonly rows: number;
  /** Equal for equal rows in any order: their number and two sums of hashes. */
  readonly text: string;
}

export interface RowContent {
  readonly id: Key;
  readonly copies: number;
  readonly content: string;
}

interface SumsLine {
  readonly rows: string;
  readonly sum0: string;
  readonly sum1: string;
}

const LONGEST_VALUE = 1_000_000;

const sumsOf = ({ rows, sum0, sum1 }: SumsLine): Sums => ({
  rows: Number(rows),
  text: `${rows}/${sum0}/${sum1}`,
});

/** One table on one side. */
export class TableReader {
  private readonly variables: Readonly<Record<string, string>>;

  constructor(
    readonly database: DatabaseSide,
    private readonly pair: TablePair,
  ) {
    this.variables = {
      hash: rowHash(pair.columns, pair.recoded),
      relation: pair.relation[database.side],
      identity: identityOf(pair),
      texts: `ARRAY[${pair.columns.map(({ name }) => `left(t.${quoteIdentifier(name)}::text, ${LONGEST_VALUE})`).join(', ')}]::text[]`,
    };
  }

  async sums(scope: Scope): Promise<Sums> {
    const [line] = await this.query<SumsLine>('sums', scope);
    return sumsOf(line ?? { rows: '0', sum0: '0', sum1: '0' });
  }

  /** Key of the last of the next `rows` rows of a range; null where there are fewer. */
  async boundary(range: KeyRange, rows: number): Promise<Key | null> {
    const { key } = this.pair;
    if (key === null) return null;
    const columns = key.map(({ name }) => `t.${quoteIdentifier(name)}`).join(', ');
    const { text, parameters } = conditionOf(this.pair, { kind: 'range', range });
    const variables = { ...this.variables, keytexts: keyTexts(key), key: columns, skip: `${rows - 1}` };
    const sql = fillSql('boundary', { ...variables, condition: text });
    const [line] = await this.database.scan<{ key: string[] }>(false, sql, parameters);
    return line?.key ?? null;
  }

  /** By the name of each row; a table without a key may have a row more than once. */
  async rows(scope: Scope): Promise<Map<string, RowContent>> {
    const lines = await this.query<RowContent>('rows', scope);
    return new Map(lines.map((line) => [JSON.stringify(line.id), line]));
  }

  /** All columns as text, in the order of the pair's, by the name of the row. */
  async values(scope: Scope): Promise<Map<string, readonly (string | null)[]>> {
    const lines = await this.query<{ id: Key; texts: (string | null)[] }>('values', scope);
    return new Map(lines.map(({ id, texts }) => [JSON.stringify(id), texts]));
  }

  /** Sums of the whole table in one reading. */
  async buckets(of: number): Promise<Map<string, Sums>> {
    const sql = fillSql('buckets', { ...this.variables, bucket: bucketOf(this.pair, of) });
    const lines = await this.database.scan<SumsLine & { bucket: string }>(true, sql);
    return new Map(lines.map((line) => [line.bucket, sumsOf(line)]));
  }

  /** Keys from anywhere in the table, about as many pages looked at as that percentage is. */
  async sampleKeys(percent: number, seed: number, count: number): Promise<Key[]> {
    const { key } = this.pair;
    if (key === null) return [];
    const how = { percent: `${percent}`, seed: `${seed}`, count: `${count}` };
    const sql = fillSql('sample-key', { ...this.variables, ...how, keytexts: keyTexts(key) });
    return (await this.database.scan<{ key: Key }>(true, sql)).map((line) => line.key);
  }

  /** Hashes what is on some of the table's pages, for the time it takes. */
  async samplePages(percent: number, seed: number): Promise<void> {
    const how = { percent: `${percent}`, seed: `${seed}` };
    await this.database.scan(true, fillSql('sample-sums', { ...this.variables, ...how }));
  }

  private query<T extends object>(name: string, scope: Scope): Promise<T[]> {
    const { text, parameters, sequential } = conditionOf(this.pair, scope);
    return this.database.scan<T>(
      sequential,
      fillSql(name, { ...this.variables, condition: text }),
      parameters,
    );
  }
}
