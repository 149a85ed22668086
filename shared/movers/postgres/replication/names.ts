import { createHash } from 'node:crypto';
import type { Direction } from '../postgres-context';

/** What replication makes lives here, but for what the names below name and the trigger on every followed table. */
export const SCHEMA = 'causeway';
export const FENCE = 'causeway_fence';

/** Names of what a migration makes in both databases. Lower case letters, digits and underscores: slots take no others. */
export interface Names {
  publication(direction: Direction): string;
  subscription(direction: Direction): string;
  slot(direction: Direction): string;
  /** Table of one direction's heartbeat and sentinel, in the schema `causeway`. */
  beat(direction: Direction): string;
  /** First key of the migration's advisory locks. */
  readonly lockKey: number;
}

/** Second keys: whoever acts upon the migration; and the sentinel's writer waiting for the writers to be stopped. */
export const EXCLUSIVE = 1;
export const BARRIER = 2;

export function namesOf(migrationId: string): Names {
  const digest = createHash('sha256').update(migrationId).digest();
  const short = digest.toString('hex').slice(0, 10);
  const name = (direction: Direction) => `causeway_${short}_${direction === 'forward' ? 'fwd' : 'rev'}`;
  return {
    publication: name,
    subscription: name,
    slot: name,
    beat: (direction) => name(direction).replace('causeway', 'beat'),
    lockKey: digest.readInt32BE(5),
  };
}
