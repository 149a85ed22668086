import type { Client } from 'pg';
import { openClient } from '../connect/open-client';
import { beginRead } from './copy-statements';

/** Holds one state of a source that goes on being written to, so that many connections read the same. */
export class SnapshotHolder {
  private broken = false;

  private constructor(
    private readonly client: Client,
    /** What `SET TRANSACTION SNAPSHOT` takes as long as it is held. */
    readonly snapshot: string,
  ) {
    client.once('end', () => (this.broken = true));
  }

  static async open(source: string): Promise<SnapshotHolder> {
    const client = await openClient(source, { name: 'offline snapshot', readOnly: true });
    try {
      await client.query(beginRead(null));
      const { rows } = await client.query<{ snapshot: string }>('SELECT pg_export_snapshot() AS snapshot');
      return new SnapshotHolder(client, rows[0]?.snapshot ?? '');
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  }

  /** Nobody can begin to read that state any more. */
  async isLost(): Promise<boolean> {
    if (!this.broken) await this.client.query('SELECT').catch(() => (this.broken = true));
    return this.broken;
  }

  async release(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }
}
