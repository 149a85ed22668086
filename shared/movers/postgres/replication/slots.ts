import type { Client } from 'pg';
import { loadSql } from '../load-sql';

export interface Slot {
  readonly name: string;
  readonly active: boolean;
  readonly active_pid: number | null;
  readonly retained_bytes: number;
  readonly lag_bytes: number | null;
  readonly wal_status: string | null;
}

export async function slotOf(publisher: Client, name: string): Promise<Slot | null> {
  const { rows } = await publisher.query<Slot>(loadSql('replication/slots'), [[name]]);
  return rows[0] ?? null;
}

/** Waits for the transactions that write there now: never within a window. */
export async function createSlot(publisher: Client, name: string): Promise<void> {
  if ((await slotOf(publisher, name)) !== null) return;
  await publisher.query("SELECT pg_create_logical_replication_slot($1, 'pgoutput')", [name]);
}

const RELEASE_ATTEMPTS = 100;
const RELEASE_POLL_MS = 50;

/** Once nobody reads it; ends who still does. */
export async function releaseSlot(publisher: Client, name: string): Promise<boolean> {
  for (let attempt = 0; attempt < RELEASE_ATTEMPTS; attempt += 1) {
    const slot = await slotOf(publisher, name);
    if (slot === null) return false;
    if (!slot.active) return true;
    await publisher.query('SELECT pg_terminate_backend($1)', [slot.active_pid]);
    await new Promise((resolve) => setTimeout(resolve, RELEASE_POLL_MS));
  }
  throw new Error(`the replication slot ${name} stays in use`);
}

export async function dropSlot(publisher: Client, name: string): Promise<void> {
  if (await releaseSlot(publisher, name))
    await publisher.query('SELECT pg_drop_replication_slot($1)', [name]);
}
