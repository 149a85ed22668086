import type { JsonValue } from '../../../contracts/primitives';
import { canonicalJson } from '../../../domain/canonical-json';
import { sha256Hex } from '../../../domain/hash';
import type { Catalogue, CatalogueEntry } from './read-catalogue';

/**
 * `exact`: on one server, before and after. `portable`: across versions 13 to 18, each of which writes expressions and queries its
 * own way: brackets, quotes and white space don't count, nor do the queries of views.
 */
export type Precision = 'exact' | 'portable';

export interface Difference {
  readonly kind: string;
  readonly name: string;
  /** As seen from the first catalogue. */
  readonly change: 'gone' | 'made' | 'changed';
}

/** Of the whole database or server: not part of the schema that moves. */
const NOT_MOVED = new Set([
  ...['publication', 'subscription', 'replication slot', 'replication origin'],
  ...['event trigger', 'foreign server', 'role', 'setting', 'extension', 'default grant'],
]);

/** What replication adds to the tables it follows while it runs. */
const isOurs = ({ kind, name }: CatalogueEntry): boolean =>
  kind === 'trigger' && name.includes('."causeway_');

/** What a table's changes are told by is replication's to set while it runs, and to put back. */
function movedOf({ entries }: Catalogue): CatalogueEntry[] {
  const moved = entries.filter((entry) => !NOT_MOVED.has(entry.kind) && !isOurs(entry));
  return moved.map((entry) => {
    if (entry.facts === null || typeof entry.facts !== 'object' || Array.isArray(entry.facts)) return entry;
    return { ...entry, facts: { ...entry.facts, replicaIdentity: null } };
  });
}

/**
 * SHA-256 over the schema that moves. Equal on both sides with `portable`; with `exact` it tells of any DDL on one server, but for
 * what Causeway makes there itself.
 */
export const fingerprintOf = (catalogue: Catalogue, precision: Precision = 'portable'): string =>
  sha256Hex(
    movedOf(catalogue)
      .map((entry) => `${keyOf(entry)} ${contentOf(entry, precision)}`)
      .join('\n'),
  );

/** One object of the schema that moves, small enough to be kept: equal on one server until DDL changes it. */
export interface SchemaObject {
  readonly kind: string;
  readonly name: string;
  readonly sha256: string;
}

export const schemaObjects = (catalogue: Catalogue): SchemaObject[] =>
  movedOf(catalogue).map((entry) => ({
    ...{ kind: entry.kind, name: entry.name },
    sha256: sha256Hex(contentOf(entry, 'exact')),
  }));

/** Which objects DDL has made, changed or taken away since. */
export const changedObjects = (before: readonly SchemaObject[], now: readonly SchemaObject[]): Difference[] =>
  differences(before, now, ({ sha256 }) => sha256);

/** In which objects the schemas of two sides differ, whatever their versions. */
export const schemaDifferences = (source: Catalogue, target: Catalogue): Difference[] =>
  differences(movedOf(source), movedOf(target), (entry) => contentOf(entry, 'portable'));

/** What is there now and was not, is gone, or changed: empty where a migration that was cancelled left nothing behind. */
export const leftBehind = (before: Catalogue, after: Catalogue): Difference[] =>
  differences(before.entries, after.entries, (entry) => contentOf(entry, 'exact'));

type Named = Pick<CatalogueEntry, 'kind' | 'name'>;

function differences<T extends Named>(
  before: readonly T[],
  after: readonly T[],
  contentIn: (entry: T) => string,
): Difference[] {
  const contentsOf = (entries: readonly T[]) =>
    new Map(entries.map((entry) => [keyOf(entry), contentIn(entry)]));
  const had = contentsOf(before);
  const has = contentsOf(after);
  const gone = before.filter((entry) => !has.has(keyOf(entry)));
  const made = after.filter((entry) => !had.has(keyOf(entry)));
  const changed = after.filter((entry) => {
    const then = had.get(keyOf(entry));
    return then !== undefined && then !== has.get(keyOf(entry));
  });
  return [...named(gone, 'gone'), ...named(made, 'made'), ...named(changed, 'changed')];
}

const named = (entries: readonly Named[], change: Difference['change']): Difference[] =>
  entries.map(({ kind, name }) => ({ kind, name, change }));

const keyOf = ({ kind, name }: Named): string => `${kind} ${name}`;

const contentOf = ({ facts, words }: CatalogueEntry, precision: Precision): string =>
  precision === 'exact' ? canonicalJson([facts, words]) : canonicalJson(loosened(facts));

function loosened(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value.replace(/[\s()"]/gu, '');
  if (Array.isArray(value)) return value.map(loosened);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, loosened(member)]));
}
