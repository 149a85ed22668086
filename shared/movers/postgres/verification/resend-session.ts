import type { Client } from 'pg';
import { openClient } from '../connect/open-client';
import { asMigrationError, isTransient, sqlState } from '../connect/postgres-error';
import { qualifiedName, quoteIdentifier } from '../connect/quote';
import { loadSql } from '../load-sql';
import type { PostgresContext } from '../postgres-context';
import type { ApplyProgress } from './apply-progress';
import { fillSql } from './fill-sql';
import type { Key } from './key-ranges';
import type { OpenDatabases } from './open-comparison';
import type { TablePair } from './pair-tables';
import { conditionOf, identityOf, type Scope } from './table-scope';

type Texts = readonly (string | null)[];

/** Users wait for rows that are locked: longer than that the follower is not waited for. */
const LOCKED_AT_MOST_MS = 5_000;

interface LockedRow {
  readonly id: Key;
  readonly texts: Texts;
}

interface Sent {
  readonly resentRows: number;
  readonly deletedRows: number;
}

/** Two sessions that may write: the leader's only to hold rows still. */
export class ResendSession {
  private constructor(
    private readonly leader: Client,
    private readonly follower: Client,
    private readonly sides: { readonly leader: 'source' | 'target'; readonly follower: 'source' | 'target' },
    private readonly apply: ApplyProgress,
    private readonly lockTimeoutMs: () => Promise<number>,
  ) {}

  static async open(
    context: PostgresContext,
    { leader, follower, apply }: OpenDatabases,
  ): Promise<ResendSession> {
    const opened: Client[] = [];
    try {
      for (const { side } of [leader, follower]) {
        const client = await openClient(context[side], { name: 'resend', statementTimeoutMs: 120_000 });
        opened.push(client);
        await client.query(loadSql('verification/session'));
      }
    } catch (error) {
      await Promise.all(opened.map((client) => client.end().catch(() => undefined)));
      throw error;
    }
    const [ours, theirs] = opened as [Client, Client];
    const sides = { leader: leader.side, follower: follower.side };
    return new ResendSession(ours, theirs, sides, apply, async () => (await context.limits()).lockTimeoutMs);
  }

  async close(): Promise<void> {
    await Promise.all([this.leader, this.follower].map((client) => client.end().catch(() => undefined)));
  }

  /** All of these rows or none; a text says why none. Throws `FollowerBehind`, and where a connection is lost. */
  async send(pair: TablePair, names: readonly string[]): Promise<Sent | string> {
    const ids = names.map((name) => JSON.parse(name) as Key);
    // Whatever lags is waited for before anybody's rows are locked.
    await this.apply.caughtUp();
    try {
      await this.leader.query(fillSql('begin-lock', { timeout: `${await this.lockTimeoutMs()}` }));
      const rows = await this.lockRows(pair, ids);
      // What was changed before the lock has been applied after this, and nothing can change until it is let go.
      await this.apply.caughtUp(LOCKED_AT_MOST_MS);
      return await this.write(pair, ids, rows);
    } catch (error) {
      if (!(error instanceof Error) || sqlState(error) === null) throw error;
      if (isTransient(error) && sqlState(error) !== '55P03') throw error;
      const known = asMigrationError(error);
      return known instanceof Error ? known.message : error.message;
    } finally {
      await this.leader.query('ROLLBACK').catch(() => undefined);
    }
  }

  private async lockRows(pair: TablePair, ids: readonly Key[]): Promise<LockedRow[]> {
    const name = qualifiedName(pair.schema, pair.name);
    // Without a key nothing tells one copy from another, nor from one that is being inserted.
    if (pair.key === null) await this.leader.query(`LOCK TABLE ONLY ${name} IN SHARE ROW EXCLUSIVE MODE`);
    const scope: Scope = { kind: 'rows', ids };
    const { text, parameters } = conditionOf(pair, scope);
    const texts = writable(pair).map((column) => `t.${quoteIdentifier(column)}::text`);
    const sql = fillSql('lock-rows', {
      ...{ identity: identityOf(pair), writable: `ARRAY[${texts.join(', ')}]::text[]`, condition: text },
      relation: pair.relation[this.sides.leader],
    });
    return (await this.leader.query<LockedRow>(sql, [...parameters])).rows;
  }

  private async write(pair: TablePair, ids: readonly Key[], rows: readonly LockedRow[]): Promise<Sent> {
    try {
      await this.follower.query(fillSql('begin-resend', { timeout: `${await this.lockTimeoutMs()}` }));
      const marked = await this.mark();
      const deleted = await this.remove(pair, ids);
      for (const { texts } of rows) await this.insert(pair, texts);
      if (marked) await this.follower.query(loadSql('verification/end-origin'));
      await this.follower.query('COMMIT');
      return { resentRows: rows.length, deletedRows: surplus(deleted, rows) };
    } catch (error) {
      await this.follower.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  /** False where the right is missing: then only the position that the next switch begins at keeps these changes from coming back. */
  private async mark(): Promise<boolean> {
    await this.follower.query('SAVEPOINT mark');
    try {
      await this.follower.query(loadSql('verification/begin-origin'));
      return true;
    } catch (error) {
      if (sqlState(error) !== '42501') throw error;
      await this.follower.query('ROLLBACK TO SAVEPOINT mark');
      return false;
    }
  }

  private async remove(pair: TablePair, ids: readonly Key[]): Promise<{ readonly id: Key }[]> {
    const { text, parameters } = conditionOf(pair, { kind: 'rows', ids });
    const sql = `DELETE FROM ${pair.relation[this.sides.follower]} AS t WHERE ${text} RETURNING ${identityOf(pair)} AS id`;
    return (await this.follower.query<{ id: Key }>(sql, [...parameters])).rows;
  }

  private async insert(pair: TablePair, texts: Texts): Promise<void> {
    const columns = writable(pair);
    const name = qualifiedName(pair.schema, pair.name);
    if (columns.length === 0) {
      await this.follower.query(`INSERT INTO ${name} DEFAULT VALUES`);
      return;
    }
    const values = columns.map((_, index) => `$${index + 1}`);
    await this.follower.query(
      `INSERT INTO ${name} (${columns.map(quoteIdentifier).join(', ')}) OVERRIDING SYSTEM VALUE VALUES (${values.join(', ')})`,
      [...texts],
    );
  }
}

/** Rows, or copies of one, that the leader has none of. */
function surplus(deleted: readonly { readonly id: Key }[], rows: readonly LockedRow[]): number {
  const nameOf = ({ id }: { readonly id: Key }) => JSON.stringify(id);
  const [before, now] = [Map.groupBy(deleted, nameOf), Map.groupBy(rows, nameOf)];
  return [...before].reduce(
    (sum, [name, copies]) => sum + Math.max(0, copies.length - (now.get(name)?.length ?? 0)),
    0,
  );
}

const writable = ({ columns }: TablePair): string[] =>
  columns.filter(({ generated }) => !generated).map(({ name }) => name);
