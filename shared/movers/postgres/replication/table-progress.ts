import type { Client } from 'pg';
import { loadSql } from '../load-sql';
import { serverVersion } from './subscribe';

export interface TableState {
  readonly schema_name: string;
  readonly table_name: string;
  /** As `pg_subscription_rel` has it: i and d before and in the copy, f and s while it catches up, r when it is ready. */
  readonly state: string;
  readonly copied_bytes: number | null;
  readonly copied_rows: number | null;
}

const COPY_PROGRESS_KNOWN = 140_000;

export async function tableStates(subscriber: Client, subscription: string): Promise<readonly TableState[]> {
  const counted = (await serverVersion(subscriber)) >= COPY_PROGRESS_KNOWN;
  const sql = loadSql(counted ? 'replication/table-progress' : 'replication/table-progress-13');
  return (await subscriber.query<TableState>(sql, [subscription])).rows;
}
