import { MigrationError } from '../../../contracts/errors';
import type { Statement } from './split-script';

/** When a statement runs: `session` whenever a connection goes over the script, `tables` before the copy, `rest` after it. */
export type Phase = 'session' | 'tables' | 'rest';

export interface ScriptStatement {
  readonly sql: string;
  readonly phase: Phase;
  /** It may run beside its neighbours of this sort: it makes one index on one table. */
  readonly beside: boolean;
}

const SESSION = /^(SET|RESET|SELECT (PG_CATALOG\.)?SET_CONFIG)\b/u;
/** Each statement is a transaction of ours, or part of one; extensions' comments belong to whoever owns the extension. */
const LEFT_OUT = /^(BEGIN|START TRANSACTION|COMMIT|END( TRANSACTION| WORK)?$|COMMENT ON EXTENSION)/u;
/** What Causeway made in a source that is guarded or armed is no part of its schema. */
const OURS =
  /^((CREATE|ALTER) EVENT TRIGGER|CREATE TRIGGER|ALTER TABLE .* (ENABLE|DISABLE)( ALWAYS| REPLICA)? TRIGGER) CAUSEWAY_/u;
const REFUSED: readonly (readonly [RegExp, string])[] = [
  [/^(INSERT|COPY|MERGE|UPDATE|DELETE|TRUNCATE)\b/u, 'data: rows come from the source'],
  [/^(CREATE|ALTER|DROP) DATABASE\b/u, 'another database than the one that is moved'],
  [/^(CREATE|ALTER|DROP) (TABLESPACE|SUBSCRIPTION|PUBLICATION)\b|^ALTER SYSTEM\b/u, 'settings of the server'],
  [/^(ROLLBACK|ABORT|SAVEPOINT|PREPARE TRANSACTION)\b/u, 'a transaction that is taken back'],
  [/^(CREATE|DROP)( UNIQUE)? INDEX CONCURRENTLY\b/u, 'CONCURRENTLY: there is nothing to be beside'],
  [/^VACUUM\b/u, 'VACUUM: there is nothing to clean'],
];

/** Slows the copy down, or would act upon it. Keys are made at once: replication finds rows by them. */
const REST = new RegExp(
  [
    'CREATE INDEX',
    'ALTER INDEX',
    'CREATE (OR REPLACE )?(CONSTRAINT )?TRIGGER',
    '(CREATE|ALTER) EVENT TRIGGER',
    'COMMENT ON (INDEX|TRIGGER|EVENT TRIGGER|CONSTRAINT)',
    'ALTER TABLE .* ADD (CONSTRAINT \\S+ )?FOREIGN KEY',
    'ALTER TABLE .* (ENABLE|DISABLE) (ALWAYS |REPLICA )?TRIGGER',
    'ALTER TABLE .* (CLUSTER ON|VALIDATE CONSTRAINT|ALTER CONSTRAINT)',
    'REFRESH MATERIALIZED VIEW',
    'ANALYZE',
  ]
    .map((start) => `^${start}\\b`)
    .join('|'),
  'u',
);
/** What takes something away may take what would only come later: then everything runs in its order, before the copy. */
const TAKES_AWAY = /^DROP\b|^ALTER .*\b(RENAME|DROP CONSTRAINT|DROP COLUMN|SET SCHEMA)\b/u;

/**
 * The statements of a script in their order, without its own transactions. Indexes, foreign keys and triggers wait until the rows
 * are there, whether `pg_dump` wrote the script or a person. Throws `invalid-input` that names what can't be in it.
 */
export function classifyStatements(statements: readonly Statement[]): ScriptStatement[] {
  const kept = statements.filter(({ outline }) => !LEFT_OUT.test(outline) && !OURS.test(outline));
  for (const { outline } of kept) refuseOthers(outline);
  const inOrder = kept.some(({ outline }) => TAKES_AWAY.test(outline));
  return kept.map(({ sql, outline }) => {
    if (SESSION.test(outline)) return { sql, phase: 'session', beside: false };
    const phase = !inOrder && REST.test(outline) ? 'rest' : 'tables';
    return { sql, phase, beside: phase === 'rest' && outline.startsWith('CREATE INDEX ') };
  });
}

function refuseOthers(outline: string): void {
  const [, what] = REFUSED.find(([pattern]) => pattern.test(outline)) ?? [];
  if (what === undefined) return;
  const beginning = outline.slice(0, 60);
  throw new MigrationError('invalid-input', `The script holds ${what}. Take this out: ${beginning}…`);
}
