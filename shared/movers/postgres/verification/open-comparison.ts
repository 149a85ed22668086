import { namesOf } from '../replication/names';
import { directionOf, otherSide, servingSide } from '../replication/replication-context';
import type { PostgresContext } from '../postgres-context';
import { ApplyProgress } from './apply-progress';
import type { Comparison } from './compare-part';
import { DatabaseSide } from './database-side';
import type { TablePair } from './pair-tables';
import { TableReader } from './table-reader';
import type { VerificationInput } from './verification-input';

/** Longer than that without getting on, and verification pauses. */
const PATIENCE_MS = 20_000;

/** Both databases open for reading; whoever opens them closes them. */
export interface OpenDatabases {
  readonly leader: DatabaseSide;
  readonly follower: DatabaseSide;
  readonly apply: ApplyProgress;
  close(): Promise<void>;
}

export async function openDatabases(
  context: PostgresContext,
  { epoch }: Pick<VerificationInput, 'epoch'>,
): Promise<OpenDatabases> {
  const serving = servingSide(epoch);
  const opened: DatabaseSide[] = [];
  const open = async (side: 'source' | 'target') => {
    const database = await DatabaseSide.open(side, context[side]);
    opened.push(database);
    return database;
  };
  const close = async () => {
    await Promise.all(opened.map((database) => database.close()));
  };
  try {
    const leader = await open(serving);
    const follower = await open(otherSide(serving));
    const slot = namesOf(context.migrationId).slot(directionOf(epoch));
    return { leader, follower, apply: new ApplyProgress(leader, slot, PATIENCE_MS), close };
  } catch (error) {
    await close();
    throw error;
  }
}

export const comparisonOf = (
  { leader, follower, apply }: OpenDatabases,
  pair: TablePair,
  mode: Comparison['mode'],
): Comparison => ({
  pair,
  mode,
  apply,
  leader: new TableReader(leader, pair),
  follower: new TableReader(follower, pair),
});
