import { z } from 'zod';
import { refuse } from './cosmos-reply';

/** The one shape of query that the adapter sends. */
export interface RangeQuery {
  readonly path: string;
  readonly property: readonly string[];
  readonly top: number;
  readonly after: string;
  readonly end: string;
  /** How a cross-partition query asks each physical partition: with what it sorts by. */
  readonly isRewritten: boolean;
}

const Body = z.strictObject({
  query: z.string(),
  parameters: z.array(z.strictObject({ name: z.string(), value: z.union([z.string(), z.number()]) })),
});

const PATH = String.raw`(c\.key|c\.find\["[A-Za-z0-9-]+"\])`;
const PLAIN = new RegExp(
  String.raw`^SELECT TOP @limit \* FROM c WHERE ${PATH} > @after AND \1 < @end ORDER BY \1$`,
);
const REWRITTEN = new RegExp(
  String.raw`^SELECT TOP (\d+) c\._rid, \[\{"item": ${PATH}\}\] AS orderByItems, c AS payload FROM c WHERE \(\(\2 > @after\) AND \(\2 < @end\)\) AND \(true\) ORDER BY \2 ASC$`,
);

/** Refuses every other query with 400: the stand-in knows no SQL. */
export function readQuery(body: unknown): RangeQuery {
  const { query, parameters } = Body.parse(body);
  const values = Object.fromEntries(parameters.map(({ name, value }) => [name, value]));
  const plain = PLAIN.exec(query);
  const rewritten = REWRITTEN.exec(query);
  const path = plain?.[1] ?? rewritten?.[2] ?? refuse(400, `This stand-in does not know the query ${query}`);
  const top = Number(rewritten?.[1] ?? values['@limit']);
  const { '@after': after, '@end': end } = values;
  if (!Number.isInteger(top) || typeof after !== 'string' || typeof end !== 'string')
    return refuse(400, 'The parameters @limit, @after and @end must be a number and two texts.');
  return { path, property: propertyOf(path), top, after, end, isRewritten: rewritten !== null };
}

/** What the gateway answers a client that must merge several physical partitions. */
export const queryPlan = ({ path, top }: RangeQuery) => ({
  partitionedQueryExecutionInfoVersion: 2,
  queryInfo: {
    distinctType: 'None',
    top,
    offset: null,
    limit: null,
    orderBy: ['Ascending'],
    orderByExpressions: [path],
    groupByExpressions: [],
    groupByAliases: [],
    aggregates: [],
    groupByAliasToAggregateType: {},
    rewrittenQuery: `SELECT TOP ${top} c._rid, [{"item": ${path}}] AS orderByItems, c AS payload FROM c WHERE ((${path} > @after) AND (${path} < @end)) AND ({documentdb-formattableorderbyquery-filter}) ORDER BY ${path} ASC`,
    hasSelectValue: false,
    dCountInfo: null,
    hasNonStreamingOrderBy: false,
  },
  queryRanges: [{ min: '', max: 'FF', isMinInclusive: true, isMaxInclusive: false }],
});

const propertyOf = (path: string): string[] => {
  const name = /\["(.+)"\]/.exec(path)?.[1];
  return name === undefined ? ['key'] : ['find', name];
};

/** The text to sort by; null where the item has none and so is in no such index. */
export const sortTextOf = ({ property }: RangeQuery, item: Record<string, unknown>): string | null => {
  let value: unknown = item;
  for (const name of property) value = (value as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value : null;
};
