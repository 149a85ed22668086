import type { Client } from 'pg';
import type { Direction } from '../postgres-context';
import { namesOf } from './names';
import { BUSY, abandon, close, openSide, takeLock, type Sides } from './open-sides';
import type { Refusal } from './outcomes';
import { publisherOf, SIDES, subscriberOf, type ReplicationContext } from './replication-context';

/** Connections of a switch, opened before anybody is held up. */
export interface WindowSessions {
  /** On the side that serves: holds the migration's lock, stops the writers, seals. */
  readonly barrier: Client;
  /** There: writes the sentinel. */
  readonly sentinel: Client;
  /** There: tries to write through the fence; before, looks who is in the way. */
  readonly proof: Client;
  /** On the other side: holds the migration's lock, waits for the sentinel, opens. */
  readonly gate: Client;
  /** There: ends the gate's waiting. */
  readonly aside: Client;
  readonly lockKey: number;
  /** The two that hold the migration's lock, by side. */
  readonly holders: Sides;
  /** Everything fails unless done within so long. */
  limit<T>(ms: number, run: () => Promise<T>): Promise<T>;
}

/** Opens them, alone; closes them whatever happens: what was not committed is undone by the servers. */
export async function withWindowSessions<T>(
  context: ReplicationContext,
  direction: Direction,
  run: (sessions: WindowSessions) => Promise<T>,
): Promise<T | Refusal> {
  const opened: Client[] = [];
  const open = async (side: 'publisher' | 'subscriber', name: string) => {
    const of = side === 'publisher' ? publisherOf(direction) : subscriberOf(direction);
    const client = await openSide(context, of, name);
    opened.push(client);
    return client;
  };
  try {
    const [barrier, gate, sentinel, proof, aside] = await Promise.all([
      open('publisher', 'barrier'),
      open('subscriber', 'gate'),
      open('publisher', 'sentinel'),
      open('publisher', 'proof'),
      open('subscriber', 'aside'),
    ]);
    const holders =
      direction === 'forward' ? { source: barrier, target: gate } : { source: gate, target: barrier };
    // In one order, lest two callers hold one each.
    for (const side of SIDES) if (!(await takeLock(holders[side], context.migrationId))) return BUSY;
    const { lockKey } = namesOf(context.migrationId);
    const limit = async <R>(ms: number, within: () => Promise<R>): Promise<R> => {
      const overdue = setTimeout(() => opened.forEach(abandon), ms);
      return within().finally(() => clearTimeout(overdue));
    };
    return await run({ barrier, sentinel, proof, gate, aside, lockKey, holders, limit });
  } finally {
    await close(opened);
  }
}
