import type { Client } from 'pg';
import { openClient } from '../connect/open-client';
import { beginRead } from './copy-statements';

/** Holds one state of a source that goes on being written to, so that many connections read the same. */
export class SnapshotHolder {
  private constructor(
    private readonly client: Client,
    /** What `SET TRANSACTION SNAPSHOT` takes as long as it is held; where the session is lost, that fails. */
    readonly snapshot: string,
  ) {}

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

  async release(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }
}
