import type { Client } from 'pg';
import { openClient } from '../connect/open-client';
import { asMigrationError } from '../connect/postgres-error';
import { loadSql } from '../load-sql';

/** One database, read over one session that can't write and is pinned to one way of writing values. */
export class DatabaseSide {
  /** Null: not known, as after a failed statement. */
  private sequential: boolean | null = true;

  private constructor(
    readonly side: 'source' | 'target',
    readonly client: Client,
  ) {}

  static async open(side: 'source' | 'target', connectionString: string): Promise<DatabaseSide> {
    const client = await openClient(connectionString, { name: 'verification', readOnly: true });
    await client.query(loadSql('verification/session'));
    return new DatabaseSide(side, client);
  }

  /** Rows with columns as pg gives them; throws a `MigrationError` for what trying again can't help. */
  async rows<T extends object>(sql: string, parameters: readonly unknown[] = []): Promise<T[]> {
    try {
      const { rows } = await this.client.query<T>({ text: sql, values: [...parameters] });
      return rows;
    } catch (error) {
      throw asMigrationError(error);
    }
  }

  /**
   * Reads by an index where `sequential` is false: the planner knows little of how much of a table lies between two composite keys,
   * and a whole table read for every chunk would never end.
   */
  async scan<T extends object>(
    sequential: boolean,
    sql: string,
    parameters: readonly unknown[] = [],
  ): Promise<T[]> {
    if (this.sequential !== sequential) {
      this.sequential = null;
      await this.rows(`SET enable_seqscan = ${sequential ? 'on' : 'off'}`);
      this.sequential = sequential;
    }
    return this.rows<T>(sql, parameters);
  }

  /** Ends the statement that is under way, too. */
  async close(): Promise<void> {
    const abandon = setTimeout(() => this.client.connection.stream.destroy(), 500);
    await this.client.end().catch(() => undefined);
    clearTimeout(abandon);
  }
}
