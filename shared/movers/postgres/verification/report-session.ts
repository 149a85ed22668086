import type { Client, QueryConfig } from 'pg';
import { openClient } from '../connect/open-client';
import { isTransient } from '../connect/postgres-error';
import { loadSql } from '../load-sql';
import { canonicalLine, type Answer } from './compare-answers';

const MOST_ROWS = 100_000;
const FETCH_ROWS = 2_000;
const LONGEST_MS = 600_000;

/** A session that asks what the user wrote: it reads only, finds names by the user's own search path and takes ten minutes at most. */
export class ReportSession {
  private constructor(
    readonly side: 'source' | 'target',
    private readonly client: Client,
  ) {}

  static async open(side: 'source' | 'target', connectionString: string): Promise<ReportSession> {
    const client = await openClient(connectionString, {
      name: 'reports',
      readOnly: true,
      ownSearchPath: true,
      statementTimeoutMs: LONGEST_MS,
    });
    await client.query(loadSql('verification/session'));
    return new ReportSession(side, client);
  }

  /** What the statement answers; a refusal by the server is an answer, too. Throws where the connection is lost. */
  async ask(sql: string): Promise<Answer> {
    const begun = performance.now();
    await this.client.query('BEGIN READ ONLY');
    try {
      // Extended protocol takes one statement only, so nothing can end the read-only transaction.
      const statement: QueryConfig & { readonly queryMode: 'extended' } = {
        text: `DECLARE report NO SCROLL CURSOR FOR ${sql}`,
        queryMode: 'extended',
      };
      await this.client.query(statement);
      const lines: string[] = [];
      for (;;) {
        const { rows, fields } = await this.client.query<(string | null)[]>({
          text: `FETCH ${FETCH_ROWS} FROM report`,
          rowMode: 'array',
          types: { getTypeParser: () => (text: string) => text },
        });
        for (const row of rows) lines.push(canonicalLine(fields, row));
        if (lines.length > MOST_ROWS) return { kind: 'too-large', ms: performance.now() - begun };
        if (rows.length < FETCH_ROWS) return { kind: 'rows', lines, ms: performance.now() - begun };
      }
    } catch (error) {
      if (!(error instanceof Error) || isTransient(error)) throw error;
      return { kind: 'failed', message: error.message, ms: performance.now() - begun };
    } finally {
      await this.client.query('ROLLBACK').catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    const abandon = setTimeout(() => this.client.connection.stream.destroy(), 500);
    await this.client.end().catch(() => undefined);
    clearTimeout(abandon);
  }
}
