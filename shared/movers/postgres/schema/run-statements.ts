import type { Client } from 'pg';
import { MigrationError } from '../../../contracts/errors';
import type { WorkClaim } from '../../../ports/worker';
import { isTransient, sqlState } from '../connect/postgres-error';
import { beating } from './beating';
import { planCheck } from './foreign-key-check';
import { indexMemory } from './index-memory';
import { markDone, type StoredStatement } from './script-journal';
import { splitScript } from './split-script';

export interface Run {
  readonly migrationId: string;
  readonly claim: WorkClaim;
  /** Opens one more connection to the target, for statements that run beside each other. */
  open(): Promise<Client>;
  readonly workers: number;
}

/** A statement that the server refused: no use in trying again as it is. */
export class StatementRefused extends Error {
  override readonly name = 'StatementRefused';
}

/** Each transaction holds its locks and its progress: large enough to be quick, small enough for `max_locks_per_transaction`. */
const STATEMENTS_A_TRANSACTION = 50;

/**
 * Carries out what is not yet done of these, in order; session statements always, before what follows them. False where it stopped
 * at a checkpoint. Throws `StatementRefused`, and what is transient.
 */
export async function runStatements(
  target: Client,
  run: Run,
  statements: readonly StoredStatement[],
): Promise<boolean> {
  const session: string[] = [];
  for (const batch of batchesOf(statements)) {
    if (!(await run.claim.heartbeat()) || (await run.claim.interrupted())) return false;
    const [first] = batch;
    if (first?.phase === 'session') {
      session.push(first.sql);
      await setSession(target, first.sql);
    } else if (first?.beside === true && batch.length > 1) {
      if (!(await beating(run.claim, () => runBeside(run, session, batch)))) return false;
    } else {
      await beating(run.claim, () => runTogether(target, run.migrationId, batch));
    }
  }
  return true;
}

/** Whatever comes after the last statement to be done is left out, and so is what is done. */
function batchesOf(statements: readonly StoredStatement[]): StoredStatement[][] {
  const last = statements.findLastIndex(({ phase, done }) => phase !== 'session' && !done);
  const batches: StoredStatement[][] = [];
  for (const statement of statements.slice(0, last + 1)) {
    if (statement.phase !== 'session' && statement.done) continue;
    const batch = batches.at(-1);
    if (batch !== undefined && fits(batch, statement)) batch.push(statement);
    else batches.push([statement]);
  }
  return batches;
}

function fits(batch: readonly StoredStatement[], { phase, beside }: StoredStatement): boolean {
  const [first] = batch;
  if (first === undefined || first.phase === 'session' || phase === 'session') return false;
  // A new label of an enum can't be used in the transaction that made it.
  if (/\bADD\s+VALUE\b/iu.test(batch.at(-1)?.sql ?? '')) return false;
  return first.beside === beside && (beside || batch.length < STATEMENTS_A_TRANSACTION);
}

/** Newer versions of pg_dump set what older servers don't know. */
async function setSession(target: Client, sql: string): Promise<void> {
  try {
    await target.query(sql);
  } catch (error) {
    if (sqlState(error) !== '42704') throw asRefusal(sql, error);
  }
}

async function runTogether(
  target: Client,
  migrationId: string,
  batch: readonly StoredStatement[],
  first: string | null = null,
): Promise<void> {
  await target.query('BEGIN');
  let sql = '';
  try {
    if (first !== null) await target.query(first);
    for (const statement of batch) {
      sql = statement.sql;
      await planCheck(target, sql);
      await target.query(sql);
    }
    await markDone(
      target,
      migrationId,
      batch.map(({ position }) => position),
    );
    await target.query('COMMIT');
  } catch (error) {
    await target.query('ROLLBACK').catch(() => undefined);
    throw asRefusal(sql, error);
  }
}

/** False where it was told to stop before all of them were done: what follows may need them. */
async function runBeside(
  run: Run,
  session: readonly string[],
  batch: readonly StoredStatement[],
): Promise<boolean> {
  const left = [...batch];
  let finished = true;
  const worker = async () => {
    const client = await run.open();
    try {
      for (const sql of session) await setSession(client, sql);
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        await runTogether(client, run.migrationId, [next], indexMemory(next.sql));
        if (await run.claim.interrupted()) {
          finished &&= left.length === 0;
          left.length = 0;
        }
      }
    } finally {
      left.length = 0;
      await client.end();
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(run.workers, batch.length) }, worker));
  const failed = ended.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return finished;
}

/** The statement by its outline: quoted text may be a password of another server. */
function asRefusal(sql: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof MigrationError) return error;
  const state = sqlState(error);
  if (state === null || isTransient(error)) return error;
  const outline = splitScript(sql)[0]?.outline ?? '';
  return new StatementRefused(`${outline.slice(0, 200)}: ${error.message} (${state})`, { cause: error });
}
