import type { Direction, PostgresContext } from '../postgres-context';

/** What replication needs of a migration's context; a whole `PostgresContext` serves. */
export type ReplicationContext = Pick<
  PostgresContext,
  'asset' | 'migrationId' | 'source' | 'target' | 'limits' | 'claim'
> & {
  /** How the servers reach each other where that is not how the worker reaches them. Secrets, as the others. */
  readonly between?: { readonly source: string; readonly target: string };
};

/** The two databases of a migration, whoever serves. */
export type Side = 'source' | 'target';

export const SIDES: readonly Side[] = ['source', 'target'];

export const otherSide = (side: Side): Side => (side === 'source' ? 'target' : 'source');

/** Changes flow from the side that serves (or served) to the one that follows. */
export const publisherOf = (direction: Direction): Side => (direction === 'forward' ? 'source' : 'target');

export const subscriberOf = (direction: Direction): Side => otherSide(publisherOf(direction));

export const opposite = (direction: Direction): Direction => (direction === 'forward' ? 'back' : 'forward');

/** An epoch is one reign: 0 is the source's before any cutover, 1 the target's, 2 the source's after a failback, and so on. */
export const servingSide = (epoch: number): Side => (epoch % 2 === 0 ? 'source' : 'target');

/** Where changes flow in an epoch, and where the switch that ends it goes. */
export const directionOf = (epoch: number): Direction => (epoch % 2 === 0 ? 'forward' : 'back');
