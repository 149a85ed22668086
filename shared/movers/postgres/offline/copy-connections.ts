import type { Client } from 'pg';
import { openClient } from '../connect/open-client';
import { sqlState } from '../connect/postgres-error';
import type { OfflineContext } from './offline-context';

/** A connection to each side for one stream. */
export interface CopyConnections {
  readonly source: Client;
  readonly target: Client;
  /** Triggers and foreign keys of the target stay out of the way. False: this role may not ask for that. */
  readonly withoutTriggers: boolean;
  readonly close: () => Promise<void>;
}

/** Opens both sides; whoever opens them closes them, also after a failed copy, when they can do nothing else any more. */
export async function openCopyConnections(context: OfflineContext): Promise<CopyConnections> {
  const source = await openClient(context.source, { name: 'offline read', readOnly: true });
  try {
    const target = await openClient(context.target, { name: 'offline copy' });
    const close = async () => void (await Promise.allSettled([source.end(), target.end()]));
    try {
      await source.query('SET row_security = off');
      return { source, target, close, withoutTriggers: await prepareLoad(target) };
    } catch (error) {
      await close();
      throw error;
    }
  } catch (error) {
    await source.end().catch(() => undefined);
    throw error;
  }
}

/** Sets up a session that loads rows; tells whether triggers and foreign keys stay out of its way. */
export async function prepareLoad(target: Client): Promise<boolean> {
  // Rows that a policy hides would be missing without a word; with this it is an error.
  await target.query('SET row_security = off');
  try {
    await target.query('SET session_replication_role = replica');
    return true;
  } catch (error) {
    if (sqlState(error) !== '42501') throw error;
    return false;
  }
}
