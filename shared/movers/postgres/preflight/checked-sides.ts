import type { Client } from 'pg';
import type { PreflightFinding } from '../../../contracts/postgres';
import type { PostgresLimits } from '../../../contracts/postgres';
import { loadSql } from '../load-sql';
import type { Direction, PostgresContext } from '../postgres-context';

export type Finding = PreflightFinding;
export type Side = Finding['side'];
export type Severity = Finding['severity'];
export type Method = 'online' | 'offline';

export interface ServerFacts {
  readonly version: string;
  readonly major: number;
  readonly standby: boolean;
  readonly read_only: boolean;
  readonly wal_level: string;
  readonly free_slots: number;
  readonly free_origins: number;
  readonly free_senders: number;
  readonly free_workers: number;
  readonly sync_workers: number;
  readonly slot_wal_limit_mb: number;
  readonly database_bytes: number;
  readonly encoding: string;
  readonly locale: string;
  readonly locale_provider: string;
  readonly password_encryption: string;
}

/** One database and what is known of its server. */
export interface CheckedSide {
  readonly side: Side;
  readonly client: Client;
  readonly facts: ServerFacts;
}

/** What every check is given: the side that serves and the one that is to follow. */
export interface Checked {
  readonly publisher: CheckedSide;
  readonly subscriber: CheckedSide;
  readonly direction: Direction;
  readonly method: Method;
  readonly schemas: readonly string[];
  readonly limits: PostgresLimits;
  readonly context: PreflightContext;
}

export type PreflightContext = Pick<
  PostgresContext,
  'asset' | 'migrationId' | 'source' | 'target' | 'clock' | 'limits'
>;

/** Rows of one of our queries: the file names what it returns. */
export async function ask<T extends object>(
  client: Client,
  name: string,
  values: unknown[] = [],
): Promise<T[]> {
  const { rows } = await client.query<T>(loadSql(`preflight/${name}`), values);
  return rows;
}

export async function serverFacts(client: Client): Promise<ServerFacts> {
  const [facts] = await ask<ServerFacts>(client, 'server');
  if (facts === undefined) throw new Error('the server told nothing of itself');
  return facts;
}
